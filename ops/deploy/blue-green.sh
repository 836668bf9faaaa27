#!/usr/bin/env bash
# Starts a release beside the one that serves, looks at it, gives it all browsers, watches it, and stops the other.
#
#   ops/deploy/blue-green.sh ENVIRONMENT VERSION [--dry-run]
#
# deploy.sh calls it, after it has looked at the version.
set -Eeuo pipefail
# shellcheck source=ops/deploy/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=ops/deploy/lib/edge.sh
source "$DEPLOY/lib/edge.sh"
# shellcheck source=ops/deploy/lib/release.sh
source "$DEPLOY/lib/release.sh"
open_environment "$@"
version=$(version_of "${REST[0]:-}")
lock

if "$DEPLOY/health-check.sh" "$ENVIRONMENT" --serves "$version" 2>/dev/null; then
  say "$version serves already"
  # What is left of a deployment that was cut off in its last step.
  run driver_stop "$(other_than "$(recall active)")"
  exit 0
fi

begin_release "$version"
start_target
check_target
take_over
watch_target
finish_release
