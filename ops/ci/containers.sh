#!/usr/bin/env bash
# Builds both images from their Dockerfiles and runs the compose files as an operator would. Needs a container engine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec ops/ci/pnpm.sh --filter @dashboard/containers verify
