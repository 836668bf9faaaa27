#!/usr/bin/env bash
# Kills gateways, workers and control clients again and again while programs print: FAULT_ROUNDS of each, 100 if unset.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export FAULT_ROUNDS=${FAULT_ROUNDS:-100}
exec ops/ci/pnpm.sh --filter @dashboard/gateway exec vitest run test/faults/chaos
