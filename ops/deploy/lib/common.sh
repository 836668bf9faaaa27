#!/usr/bin/env bash
# What all scripts of this folder share: words, the environment, its state, its history, the lock.
# To be sourced, after `set -euo pipefail`.

DEPLOY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DRY_RUN=${DRY_RUN:-}

# Exit codes: 1 the release was not taken, 64 a word on the command line, 75 somebody else deploys, 78 the environment.
readonly EXIT_USAGE=64 EXIT_BUSY=75 EXIT_ENVIRONMENT=78
# Digits without leading zeros; what follows a dash is a version before the release.
readonly SEMVER='^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$'

say() { printf '%s %s\n' "$(date -u +%H:%M:%SZ)" "$*" >&2; }

# die CODE WORDS…
die() {
  local code=$1
  shift
  say "$*"
  exit "$code"
}

# The comment at the top of a script is its help.
help() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# run PROGRAM ARGUMENT…: does it, or says that it would.
run() {
  if [[ -n $DRY_RUN ]]; then say "would run: $*"; else "$@"; fi
}

# Takes --help, --dry-run and the name of the environment; what is left is in REST.
open_environment() {
  REST=()
  local name='' word
  for word in "$@"; do
    case $word in
      --help | -h) help && exit 0 ;;
      --dry-run) DRY_RUN=1 ;;
      *) if [[ -z $name ]]; then name=$word; else REST+=("$word"); fi ;;
    esac
  done
  [[ $name =~ ^[a-z][a-z0-9-]{0,31}$ ]] || die "$EXIT_USAGE" 'which environment? See --help.'
  # shellcheck disable=SC2034 # of whoever sources this
  ENVIRONMENT=$name
  read_environment "${DEPLOY_CONFIG_DIR:-/etc/claude-code-dashboard/deploy}/$name.conf"
}

read_environment() {
  local file=$1 name mode
  [[ -r $file ]] || die "$EXIT_ENVIRONMENT" "$file cannot be read; ops/deploy/environments/example.conf is one"
  # It is run: whoever may write it may do what we may.
  mode=$(stat -L -c %a "$file")
  (((8#$mode & 8#022) == 0)) || die "$EXIT_ENVIRONMENT" "$file may be written by others: chmod go-w"
  # shellcheck source=/dev/null
  source "$file"
  for name in DRIVER STATE_DIR PUBLIC_URL BLUE_PORT GREEN_PORT EDGE_FILE EDGE_TEST EDGE_RELOAD; do
    [[ -v $name ]] || die "$EXIT_ENVIRONMENT" "$file: $name is missing"
  done
  [[ $PUBLIC_URL =~ ^https?://[^/]+$ ]] || die "$EXIT_ENVIRONMENT" "$file: PUBLIC_URL is no origin"
  PUBLIC_HOST=${PUBLIC_URL#*://}
  : "${HEALTH_SECONDS:=60}" "${WATCH_SECONDS:=60}" "${WATCH_EVERY:=2}" "${FAILURES:=3}" "${SETTLE_SECONDS:=2}"
  [[ $DRIVER =~ ^(compose|systemd|process)$ ]] || die "$EXIT_ENVIRONMENT" "$file: DRIVER is compose, systemd or process"
  # shellcheck source=/dev/null
  source "$DEPLOY/lib/driver-$DRIVER.sh"
  mkdir -p "$STATE_DIR"
}

port_of() { if [[ $1 == blue ]]; then echo "$BLUE_PORT"; else echo "$GREEN_PORT"; fi; }
other_than() { if [[ $1 == blue ]]; then echo green; else echo blue; fi; }

# recall NAME, remember NAME VALUE: active (a color), active.version, previous.version, blue.version, green.version.
recall() { if [[ -e $STATE_DIR/$1 ]]; then cat "$STATE_DIR/$1"; fi; }
remember() {
  if [[ -n $DRY_RUN ]]; then return; fi
  printf '%s\n' "$2" >"$STATE_DIR/.$1" && mv "$STATE_DIR/.$1" "$STATE_DIR/$1"
}

# record EVENT VERSION WORDS…: one line of JSON for whoever asks later what happened.
record() {
  local event=$1 version=$2
  shift 2
  say "$event $version${*:+: $*}"
  if [[ -n $DRY_RUN ]]; then return; fi
  printf '{"at":"%s","environment":"%s","event":"%s","version":"%s","why":"%s"}\n' \
    "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$ENVIRONMENT" "$event" "$version" \
    "$(tr -cd '[:alnum:] .,:;%()/_-' <<<"$*")" >>"$STATE_DIR/history.jsonl"
}

# One deployment at a time. Whoever is called by one has the lock already.
lock() {
  if [[ -n $DRY_RUN || -n ${DEPLOY_LOCKED:-} ]]; then return; fi
  exec 9>"$STATE_DIR/lock"
  flock -n 9 || die "$EXIT_BUSY" "another deployment of $ENVIRONMENT is under way"
  export DEPLOY_LOCKED=1
}

# version_of WORD: without its v. Refuses what is no version.
version_of() {
  [[ $1 =~ $SEMVER ]] || die "$EXIT_USAGE" "$1 is no version: MAJOR.MINOR.PATCH, see semver.org"
  echo "${1#v}"
}

# is_older ONE OTHER. A version before a release is older than the release.
is_older() {
  [[ $1 != "$2" ]] || return 1
  local first
  first=$(printf '%s\n%s\n' "${1/-/\~}" "${2/-/\~}" | sort -V | head -n 1)
  [[ $first == "${1/-/\~}" ]]
}

# ask URL CURL-OPTION…: prints what comes, fails unless it is a 2xx. The operators' word goes by standard
# input, where nobody who lists processes sees it.
ask() {
  local url=$1
  shift
  { if [[ -r ${METRICS_TOKEN_FILE:-} ]]; then printf 'header = "Authorization: Bearer %s"\n' "$(<"$METRICS_TOKEN_FILE")"; fi; } |
    curl --config - --silent --show-error --fail --max-time 5 "$@" "$url"
}

# ask_gateway COLOR PATH CURL-OPTION…: past the edge, under the name that it knows.
ask_gateway() {
  local color=$1 path=$2
  shift 2
  ask "http://127.0.0.1:$(port_of "$color")$path" --header "Host: $PUBLIC_HOST" "$@"
}
