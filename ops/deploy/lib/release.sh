#!/usr/bin/env bash
# The steps of every deployment: a new gateway beside the one that serves, looked at before anybody gets there.

# Whoever is interrupted takes back what was begun.
begin_release() {
  VERSION=$1
  ACTIVE=$(recall active)
  TARGET=$(if [[ -z $ACTIVE ]]; then echo blue; else other_than "$ACTIVE"; fi)
  record started "$VERSION" "${ACTIVE:+beside $(recall active.version), }as $TARGET"
  trap 'give_up "interrupted"' INT TERM HUP
  trap 'give_up "a step failed"' ERR
}

start_target() {
  driver_has "$VERSION" || give_up 'there is no such release here'
  # Of a deployment that did not come to its end.
  run driver_stop "$TARGET"
  remember "$TARGET.version" "$VERSION"
  run driver_start "$TARGET" "$VERSION" || give_up 'it does not start'
}

check_target() {
  run "$DEPLOY/health-check.sh" "$ENVIRONMENT" --color "$TARGET" --release "$VERSION" || give_up 'it failed its health check'
  if [[ -z ${SMOKE_USER:-} ]]; then say 'no smoke test: SMOKE_USER is not set' && return; fi
  run "$DEPLOY/smoke.sh" "$ENVIRONMENT" --color "$TARGET" || give_up 'it failed its smoke test'
}

# All browsers go to the new one. The one before runs on until finish_release.
take_over() {
  point_edge "${ACTIVE:-$TARGET}" "$TARGET" 100 || give_up 'the edge does not switch'
  HAS_SWITCHED=1
  record switched "$VERSION" 'all browsers'
}

watch_target() {
  run "$DEPLOY/monitor.sh" "$ENVIRONMENT" --color "$TARGET" --seconds "$WATCH_SECONDS" --only-look || give_up 'it failed while it was watched'
}

finish_release() {
  trap - ERR INT TERM HUP
  remember previous.version "$(recall active.version)"
  remember active.version "$VERSION"
  remember active "$TARGET"
  # Its viewers move over while it drains.
  if [[ -n $ACTIVE ]]; then run driver_stop "$ACTIVE"; fi
  record deployed "$VERSION" "as $TARGET"
}

# give_up WORDS…: the release is not taken, and everybody is where they were.
give_up() {
  trap - ERR INT TERM HUP
  local event=refused
  if [[ -n $ACTIVE && -n ${HAS_SWITCHED:-} ]]; then
    event=rolled_back
    driver_runs "$ACTIVE" || run driver_start "$ACTIVE" "$(recall active.version)"
    point_edge "$ACTIVE" "$TARGET" 0
  fi
  if driver_runs "$TARGET"; then run driver_stop "$TARGET"; fi
  record "$event" "$VERSION" "$*${ACTIVE:+; $(recall active.version) serves}"
  exit 1
}
