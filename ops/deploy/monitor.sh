#!/usr/bin/env bash
# Looks again and again whether what is deployed is well. Three failures in a row, and the release before is back.
#
#   ops/deploy/monitor.sh ENVIRONMENT [--seconds N] [--color blue|green] [--only-look]
#
#   --seconds    for so long; 0, the default, until it is ended: as a service
#   --color      this gateway beside what browsers reach; the active one where it is not given
#   --only-look  three failures end it with 1, and whoever called goes back
#
# WATCH_EVERY seconds lie between two looks, FAILURES says how many in a row are too many.
set -euo pipefail
# shellcheck source=ops/deploy/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
open_environment "$@"
seconds=0 color='' only_look=''
set -- "${REST[@]}"
while (($# > 0)); do
  case $1 in
    --seconds) seconds=$2 && shift ;;
    --color) color=$2 && shift ;;
    --only-look) only_look=1 ;;
    *) die "$EXIT_USAGE" "what is $1? See --help." ;;
  esac
  shift
done

# A gateway that dies is replaced by the other at the edge, so both are asked.
is_well() {
  local of
  of=${color:-$(recall active)}
  ask "$PUBLIC_URL/health/ready" >/dev/null 2>&1 && ask_gateway "${of:-blue}" /health/ready >/dev/null 2>&1
}

failures=0
while ((seconds == 0 || SECONDS < seconds)); do
  if is_well; then
    failures=0
  else
    failures=$((failures + 1))
    say "not well, $failures of $FAILURES"
  fi
  if ((failures >= FAILURES)); then
    if [[ -n $only_look ]]; then exit 1; fi
    "$DEPLOY/rollback.sh" "$ENVIRONMENT" --why "$failures failures in a row"
    failures=0
  fi
  sleep "$WATCH_EVERY"
done
