#!/usr/bin/env bash
# Makes the release of a tag that is there, with the notes of CHANGELOG.md and files; again, it changes nothing.
#
#   ops/ci/release.sh 1.2.3 [FILE …]      needs gh, and GH_TOKEN with the right to write contents
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=${1:?a version, like 1.2.3}
shift
if gh release view "v$version" >/dev/null 2>&1; then
  echo "v$version is released already"
  exit 0
fi
notes=$(mktemp)
trap 'rm -f "$notes"' EXIT
ops/ci/release-notes.sh "$version" >"$notes"
kind=--latest
[[ $version == *-* ]] && kind=--prerelease
gh release create "v$version" --verify-tag --title "$version" --notes-file "$notes" "$kind" "$@"
