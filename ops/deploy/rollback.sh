#!/usr/bin/env bash
# Goes back to the release before: starts it if it does not run, gives it all browsers, and stops the one that served.
#
#   ops/deploy/rollback.sh ENVIRONMENT [--why WORDS] [--dry-run]
#
# The database stays as it is: each release leaves the one before what it relies on. Of one that could not, the one
# before refuses to start, this ends with 1, and nothing has changed (docs/DEPLOY.md).
set -euo pipefail
# shellcheck source=ops/deploy/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=ops/deploy/lib/edge.sh
source "$DEPLOY/lib/edge.sh"
open_environment "$@"
why='asked for'
if [[ ${REST[0]:-} == --why ]]; then why=${REST[1]:?of --why}; fi
lock

active=$(recall active) serving=$(recall active.version) version=$(recall previous.version)
[[ -n $active && -n $version ]] || die 1 'there is no release to go back to'
target=$(other_than "$active")
if [[ $(recall "$target.version") != "$version" ]] || ! driver_runs "$target"; then
  driver_has "$version" || die 1 "release $version is not here any more"
  run driver_stop "$target"
  remember "$target.version" "$version"
  run driver_start "$target" "$version"
fi
if ! run "$DEPLOY/health-check.sh" "$ENVIRONMENT" --color "$target" --release "$version"; then
  run driver_stop "$target"
  record failed "$version" "does not come back, $serving goes on"
  exit 1
fi
point_edge "$active" "$target" 100
remember active "$target"
remember active.version "$version"
remember previous.version ''
run driver_stop "$active"
record rolled_back "$serving" "$why; $version serves"
