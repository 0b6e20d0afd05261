#!/bin/bash
# OnStart of a notebook instance: runs as root at every start, on a fresh root volume. Fetches the pinned release and
# hands over to its install.sh, which is too long for a lifecycle configuration.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
readonly log=/var/log/sealab-lifecycle.log
readonly releases=/opt/sealab/releases

main() {
  : "${SEALAB_ENVIRONMENT_PARAMETER:?}" "${SEALAB_RELEASE_URI:?}"
  echo "sealab on-start $(date -u +%FT%TZ)"
  umask 022
  if [[ -z ${AWS_DEFAULT_REGION:-${AWS_REGION:-}} ]]; then
    AWS_DEFAULT_REGION=$(python3 -c 'import json; print(json.load(open("/opt/ml/metadata/resource-metadata.json"))["ResourceArn"].split(":")[3])')
    export AWS_DEFAULT_REGION
  fi

  # The URI ends in the hash of the content, so a folder of that name is complete and right.
  local release="$releases/${SEALAB_RELEASE_URI##*/}"
  if [[ ! -d $release ]]; then
    mkdir -p "$releases"
    local partial
    partial=$(mktemp -d -p "$releases")
    if ! aws s3 cp --recursive --only-show-errors "$SEALAB_RELEASE_URI/" "$partial"; then
      rm -rf "$partial"
      fail "the release could not be fetched from $SEALAB_RELEASE_URI"
    fi
    chmod 755 "$partial"
    mv -T "$partial" "$release"
  fi
  echo "release: $release ($SECONDS s)"
  bash "$release/lib/install.sh" "$release" "$SEALAB_ENVIRONMENT_PARAMETER"
  echo "sealab on-start done ($SECONDS s)"
}

fail() {
  echo "sealab: $1" >&2
  exit 1
}

main 2>&1 | tee -a "$log"
