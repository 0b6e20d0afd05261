#!/bin/bash
# OnCreate of a notebook instance: runs once, as root. Says what this platform is (so that a log answers questions about
# it) and fails early, with a reason, when the instance cannot read what every start needs.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
readonly log=/var/log/sealab-lifecycle.log

main() {
  : "${SEALAB_ENVIRONMENT_PARAMETER:?}" "${SEALAB_RELEASE_URI:?}"
  echo "sealab on-create $(date -u +%FT%TZ)"
  sed -n 's/^PRETTY_NAME=/platform: /p' /etc/os-release /usr/lib/os-release 2>/dev/null | head -n 1 || true
  echo "python3: $(python3 --version 2>&1), aws: $(aws --version 2>&1)"
  find /home/ec2-user/anaconda3 /opt/conda -maxdepth 4 -path '*/bin/jupyter-lab' 2>/dev/null | sed 's/^/jupyter-lab: /' || true
  if [[ -d /run/systemd/system ]]; then
    systemctl --no-pager list-units --all 'jupyter*' || true
  fi

  if [[ -z ${AWS_DEFAULT_REGION:-${AWS_REGION:-}} ]]; then
    AWS_DEFAULT_REGION=$(python3 -c 'import json; print(json.load(open("/opt/ml/metadata/resource-metadata.json"))["ResourceArn"].split(":")[3])')
    export AWS_DEFAULT_REGION
  fi
  aws ssm get-parameter --name "$SEALAB_ENVIRONMENT_PARAMETER" --with-decryption --query Parameter.Version --output text >/dev/null ||
    fail "the execution role cannot read the parameter $SEALAB_ENVIRONMENT_PARAMETER"
  aws s3 cp --only-show-errors "$SEALAB_RELEASE_URI/lib/install.sh" - >/dev/null ||
    fail "the execution role cannot read the release at $SEALAB_RELEASE_URI"
  echo 'environment parameter and release are readable'
}

fail() {
  echo "sealab: $1" >&2
  exit 1
}

main 2>&1 | tee -a "$log"
