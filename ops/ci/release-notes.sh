#!/usr/bin/env bash
# Prints what CHANGELOG.md says of a version: ops/ci/release-notes.sh 1.2.3
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=${1:?a version, like 1.2.3}
notes=$(awk -v heading="## [$version]" '
  index($0, "## [") == 1 { inside = index($0, heading) == 1; next }
  inside { print }
' "${CHANGELOG:-CHANGELOG.md}")
if [[ -z ${notes//[[:space:]]/} ]]; then
  echo "release-notes.sh: CHANGELOG.md says nothing of $version" >&2
  exit 65
fi
echo "$notes"
