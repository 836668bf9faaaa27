#!/usr/bin/env bash
# Brings a release of the gateway to an environment, without a request that fails; a bad one goes back by itself.
#
#   ops/deploy/deploy.sh ENVIRONMENT VERSION [--canary] [--allow-older] [--dry-run]
#
#   ENVIRONMENT    its file in DEPLOY_CONFIG_DIR (/etc/claude-code-dashboard/deploy), without .conf
#   VERSION        MAJOR.MINOR.PATCH, with or without v; production takes no version before a release
#   --canary       a part of the browsers first, judged by Prometheus; otherwise all at once, watched
#   --allow-older  also a version that is older than the one that serves
#   --dry-run      says what would be done
#
# The worker stays: sessions go on. Exit codes: 0 it serves, 1 it was not taken and the one before serves,
# 64 usage, 75 another deployment is under way, 78 the environment cannot be used.
set -euo pipefail
# shellcheck source=ops/deploy/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
open_environment "$@"

how=blue-green.sh may_be_older='' version=''
for word in "${REST[@]}"; do
  case $word in
    --canary) how=canary.sh ;;
    --allow-older) may_be_older=1 ;;
    -*) die "$EXIT_USAGE" "what is $word? See --help." ;;
    *) version=$(version_of "$word") ;;
  esac
done
[[ -n $version ]] || die "$EXIT_USAGE" 'which version? See --help.'
if [[ $ENVIRONMENT == production && $version == *-* ]]; then
  die "$EXIT_USAGE" "$version comes before a release, and production takes releases only"
fi
serving=$(recall active.version)
if [[ -n $serving && -z $may_be_older ]] && is_older "$version" "$serving"; then
  die "$EXIT_USAGE" "$version is older than $serving, which serves; say --allow-older, or use rollback.sh"
fi
lock
DRY_RUN=$DRY_RUN exec "$DEPLOY/$how" "$ENVIRONMENT" "$version"
