#!/usr/bin/env bash
# Waits until a gateway is ready, and says whether it became so.
#
#   ops/deploy/health-check.sh ENVIRONMENT [--color blue|green] [--release VERSION] [--timeout SECONDS]
#   ops/deploy/health-check.sh ENVIRONMENT --serves VERSION
#
#   --color    one gateway, past the edge; otherwise what browsers reach
#   --release  it also has to be of this release (CHECK_RELEASE=no in the environment leaves that out)
#   --timeout  HEALTH_SECONDS where it is not given
#   --serves   asks once, through the edge, whether the deployed release is this one, and well
set -euo pipefail
# shellcheck source=ops/deploy/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
open_environment "$@"
color='' release='' serves='' timeout=$HEALTH_SECONDS
set -- "${REST[@]}"
while (($# > 0)); do
  case $1 in
    --color) color=$2 ;;
    --release) release=$2 ;;
    --timeout) timeout=$2 ;;
    --serves) serves=$2 timeout=0 ;;
    *) die "$EXIT_USAGE" "what is $1? See --help." ;;
  esac
  shift 2
done
if [[ -n $serves && $(recall active.version) != "$serves" ]]; then exit 1; fi

is_ready() {
  if [[ -z $color ]]; then
    ask "$PUBLIC_URL/health/ready"
  else
    ask_gateway "$color" /health/ready
  fi >/dev/null 2>"$STATE_DIR/health.log"
}

is_of_release() {
  if [[ -z $release || -z $color || ${CHECK_RELEASE:-yes} == no ]]; then return 0; fi
  ask_gateway "$color" /health 2>>"$STATE_DIR/health.log" | grep -qF "\"release\":\"$release\""
}

until is_ready && is_of_release; do
  if ((SECONDS >= timeout)); then
    say "${color:-$PUBLIC_URL} is not ready${release:+, or not $release}: $(tr '\n' ' ' <"$STATE_DIR/health.log")"
    exit 1
  fi
  sleep 0.5
done
