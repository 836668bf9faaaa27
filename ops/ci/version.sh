#!/usr/bin/env bash
# Says which version a commit or a tag is, as `version=…`, or why it is none.
#
#   ops/ci/version.sh --of-tag v1.2.3       the tag must be the version of package.json and have its part of CHANGELOG.md
#   ops/ci/version.sh --of-commit SHA       the version of package.json, before its release, with the commit
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

die() { echo "version.sh: $1" >&2; exit 64; }

[[ $# -eq 2 ]] || die 'see the first lines of the file'
stated=$(node -p 'require("./package.json").version')
case $1 in
  --of-commit)
    [[ $2 =~ ^[0-9a-f]{7,40}$ ]] || die "$2 is no commit"
    echo "version=$stated-main.${2:0:12}"
    ;;
  --of-tag)
    # https://semver.org, without build metadata: images may not be called so.
    [[ $2 =~ ^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$ ]] || die "$2 is not like v1.2.3"
    [[ ${2#v} == "$stated" ]] || die "the tag says ${2#v}, package.json says $stated"
    ops/ci/release-notes.sh "$stated" >/dev/null
    echo "version=$stated"
    ;;
  *) die "what is $1?" ;;
esac
