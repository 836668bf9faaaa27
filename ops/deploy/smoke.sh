#!/usr/bin/env bash
# Uses a gateway as a person would: health, headers, a login refused, one accepted, a session, its echo, its end.
#
#   ops/deploy/smoke.sh ENVIRONMENT [--color blue|green]
#
#   --color  one gateway, past the edge; otherwise what browsers reach
#
# SMOKE_USER is somebody with the role operator and without a second factor, SMOKE_PASSWORD_FILE holds the password,
# SMOKE_DIRECTORY is a project directory in which a shell may start. NODE is Node 24, with the packages of this clone.
set -euo pipefail
# shellcheck source=ops/deploy/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
open_environment "$@"
address=$PUBLIC_URL
case ${REST[0]:-} in
  --color) address=http://127.0.0.1:$(port_of "${REST[1]:?of --color}") ;;
  '') ;;
  *) die "$EXIT_USAGE" "what is ${REST[0]}? See --help." ;;
esac
for name in SMOKE_USER SMOKE_PASSWORD_FILE SMOKE_DIRECTORY; do
  [[ -n ${!name:-} ]] || die "$EXIT_ENVIRONMENT" "$name is missing"
  export "${name?}"
done
run env SMOKE_ADDRESS="$address" SMOKE_ORIGIN="$PUBLIC_URL" "${NODE:-node}" "$DEPLOY/src/main.ts"
