#!/usr/bin/env bash
# Gives a release 5, 25, 50, then 100 % of the browsers, as long as Prometheus says that it is as good as the one before.
#
#   ops/deploy/canary.sh ENVIRONMENT VERSION [--dry-run]
#
# Of each step CANARY_STEP_SECONDS. It goes back at once when it is worse (ERROR_RATE_MAX, P99_SECONDS_MAX, and twice
# what the one before has), and at the end of a step of which Prometheus knows nothing. deploy.sh --canary calls it.
set -Eeuo pipefail
# shellcheck source=ops/deploy/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=ops/deploy/lib/edge.sh
source "$DEPLOY/lib/edge.sh"
# shellcheck source=ops/deploy/lib/release.sh
source "$DEPLOY/lib/release.sh"
# shellcheck source=ops/deploy/lib/judge.sh
source "$DEPLOY/lib/judge.sh"
open_environment "$@"
version=$(version_of "${REST[0]:-}")
lock
[[ -n ${PROMETHEUS_URL:-} ]] || die "$EXIT_ENVIRONMENT" 'a canary is judged by Prometheus: PROMETHEUS_URL is missing'
[[ -v CANARY_STEPS ]] || CANARY_STEPS=(5 25 50 100)
: "${CANARY_STEP_SECONDS:=120}" "${CANARY_EVERY:=10}"

# Where few people are awake, a release would else be judged by nobody's requests.
probe() {
  local count
  for count in 1 2 3; do ask_gateway "$TARGET" / --header "Accept: text/html" >/dev/null || true; done
  : "$count"
}

watch_step() {
  local percent=$1 until=$((SECONDS + CANARY_STEP_SECONDS)) verdict=2 failures=0
  while ((SECONDS < until)); do
    probe
    if ask_gateway "$TARGET" /health/ready >/dev/null 2>&1; then failures=0; else failures=$((failures + 1)); fi
    if ((failures >= FAILURES)); then give_up "it failed its health check at $percent %"; fi
    verdict=0
    judge "$TARGET" "$ACTIVE" || verdict=$?
    if ((verdict == 1)); then give_up "$WHY at $percent %"; fi
    sleep "$CANARY_EVERY"
  done
  if ((verdict != 0)); then give_up "$WHY at $percent %"; fi
}

begin_release "$version"
[[ -n $ACTIVE ]] || give_up 'a canary needs one beside it: the first deployment is without --canary'
start_target
check_target
for percent in "${CANARY_STEPS[@]}"; do
  point_edge "$ACTIVE" "$TARGET" "$percent" || give_up 'the edge does not switch'
  HAS_SWITCHED=1
  record step "$VERSION" "$percent %"
  if [[ -z $DRY_RUN ]]; then watch_step "$percent"; fi
done
finish_release
