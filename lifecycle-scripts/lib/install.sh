#!/bin/bash
# install.sh RELEASE PARAMETER: makes a notebook instance part of its project. Idempotent: a second run changes nothing.
# It knows no field of the environment document: what reads one is in the release's python/.
set -euo pipefail

readonly release=$1 parameter=$2
readonly home=/home/ec2-user
readonly notebooks=$home/SageMaker
readonly DEFAULTS='/opt/sealab/current/python
import sealab_defaults.startup'

main() {
  local prefix
  prefix=$(jupyter_prefix)
  echo "jupyter: $prefix"

  ln -sfnT "$release" /opt/sealab/current
  place_environment
  # The mirror is asked over the network while pip unpacks: together they decide how long a start takes.
  configure_mirror &
  local mirror=$!
  install_extension "$prefix"
  place_sdk "$prefix"
  place_python_defaults
  check_kernel "$prefix"
  python3 "$release/lib/copy-samples.py" "$release/notebooks" "$notebooks/sealab-samples"
  wait "$mirror" || fail 'the package mirror could not be configured'
  renew_mirror_token
  restart_jupyter
}

# The environment that runs JupyterLab: its place differs between platforms.
jupyter_prefix() {
  local candidate
  for candidate in "$home"/anaconda3/envs/JupyterSystemEnv "$home"/anaconda3 "$home"/anaconda3/envs/* /opt/conda /usr/local /usr; do
    if [[ -x $candidate/bin/jupyter-lab ]]; then
      echo "$candidate"
      return
    fi
  done
  fail 'no prefix with bin/jupyter-lab found'
}

# The document is checked before it takes the place of an earlier one, and appears as a whole.
place_environment() {
  mkdir -p /etc/sealab
  local fetched
  fetched=$(mktemp -p /etc/sealab)
  aws ssm get-parameter --name "$parameter" --with-decryption --query Parameter.Value --output text >"$fetched" || fail "the parameter $parameter cannot be read"
  PYTHONPATH="$release/python" python3 -m sealab_environment.check "$fetched"
  chmod 444 "$fetched"
  mv -T "$fetched" /etc/sealab/environment.json
}

# Into the environment that runs Jupyter, from the release alone. The marker says which release is in.
install_extension() {
  local prefix=$1 marker=$1/.sealab-release
  if [[ -f $marker && $(<"$marker") == "$release" ]]; then
    return
  fi
  local -a pip=("$prefix/bin/python" -m pip --isolated --quiet --disable-pip-version-check install --root-user-action=ignore --no-index "--find-links=$release/wheels")
  "${pip[@]}" jupyterlab_sealab
  # The same version number may stand for another build.
  if [[ -f $marker ]]; then
    "${pip[@]}" --no-deps --force-reinstall jupyterlab_sealab
  fi
  echo "$release" >"$marker"
}

# `import { connect } from "@sealab/sdk"` resolves through a deno.json in a folder above the notebooks.
place_sdk() {
  cat >"$home/deno.json" <<'JSON'
{ "imports": { "@sealab/sdk": "/opt/sealab/current/sdk/sealab-sdk.js" }, "lock": false }
JSON
  chown --reference="$home" "$home/deno.json"
  # Jupyter and its kernels start through a login shell.
  cat >/etc/profile.d/sealab.sh <<'PROFILE'
export PYTHONPATH="/opt/sealab/current/python${PYTHONPATH:+:$PYTHONPATH}"
export SAGEMAKER_ADMIN_CONFIG_OVERRIDE=/etc/sealab/sagemaker.yaml
# The SageMaker Python SDK takes rights under conditions for missing ones.
export SAGEMAKER_VALIDATE_ROLE=false
PROFILE
  if [[ -f $release/sdk/sealab.js ]]; then
    printf '#!/bin/sh\nexec "%s/bin/deno" run --allow-all --no-prompt --quiet /opt/sealab/current/sdk/sealab.js "$@"\n' "$1" >/usr/local/bin/sealab
    chmod 755 /usr/local/bin/sealab
  fi
}

# Secure defaults for boto3 and the SageMaker Python SDK in every Python of the platform: by a line that Python runs at
# its start. PYTHONPATH brings them as well, into virtual environments of the user too. Folders of conda belong to the user,
# so the file is made immutable, where the file system can do that.
place_python_defaults() {
  local packages line
  for packages in "$home"/anaconda3{,/envs/*}/lib/python3*/site-packages /opt/conda{,/envs/*}/lib/python3*/site-packages; do
    line=$packages/sealab.pth
    if [[ ! -d $packages || -L $packages || (-f $line && $(<"$line") == "$DEFAULTS") ]]; then
      continue
    fi
    # What stands there may be a link of the user's to somewhere else.
    rm -f "$line"
    install -m 444 /dev/stdin "$line" <<<"$DEFAULTS"
    chattr +i "$line" 2>/dev/null || true
  done
  PYTHONPATH="$release/python" python3 -m sealab_defaults.sagemaker_config /etc/sealab/sagemaker.yaml
}

check_kernel() {
  "$1/bin/jupyter" kernelspec list --json 2>/dev/null |
    python3 -c 'import json, sys; sys.exit(not any(k["spec"]["language"] == "typescript" for k in json.load(sys.stdin)["kernelspecs"].values()))' ||
    fail 'the TypeScript kernel is not registered'
}

configure_mirror() {
  PYTHONPATH="$release/python" python3 -m sealab_environment.mirror --home "$home"
}

# A token lives 12 hours: renewed every 6, by the user whose files hold it.
renew_mirror_token() {
  [[ -d /run/systemd/system ]] || return 0
  cat >/etc/systemd/system/sealab-mirror.service <<UNIT
[Unit]
Description=Renew the token of the package mirror
[Service]
Type=oneshot
User=ec2-user
Environment=PYTHONPATH=/opt/sealab/current/python AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-${AWS_REGION:-}}
ExecStart=/usr/bin/env python3 -m sealab_environment.mirror --home $home
UNIT
  cat >/etc/systemd/system/sealab-mirror.timer <<'UNIT'
[Unit]
Description=Renew the token of the package mirror every six hours
[Timer]
OnActiveSec=6h
OnUnitActiveSec=6h
UNIT
  systemctl daemon-reload
  systemctl --no-block start sealab-mirror.timer
}

# At boot Jupyter starts after this script; only one that already runs has to be told.
restart_jupyter() {
  if systemctl is-active --quiet jupyter-server 2>/dev/null; then
    systemctl --no-block restart jupyter-server
  fi
}

fail() {
  echo "sealab: $1" >&2
  exit 1
}

main
