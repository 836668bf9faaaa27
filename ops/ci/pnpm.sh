#!/usr/bin/env bash
# pnpm of this checkout, on a machine that has only Node and npm: ops/ci/pnpm.sh audit --prod
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec node ops/local/with-tools.mjs pnpm "$@"
