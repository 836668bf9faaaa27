#!/bin/sh
# Makes the secrets of a dashboard, once: what is there is never overwritten, and nothing is printed
# that is secret. With --check it makes nothing, and says what is missing or open to others.
#
#   ops/secrets/generate.sh [--check] DIRECTORY
#
# One directory for each who may read it, mounted as a whole: a file that is replaced under its name,
# as a rotation does, would stay the old one in a container that has the file itself mounted.
set -eu
umask 077

# The group of both containers. Run as root it is given the files; a user of this group is enough too.
GROUP=${SECRETS_GROUP:-10000}
DIRECTORY_MODE=750
FILE_MODE=440

FILES='gateway/worker.key worker/worker.key gateway/jwt.keys gateway/metrics.token'

main() {
  is_check=''
  if [ "${1:-}" = --check ]; then
    is_check=yes
    shift
  fi
  [ $# -eq 1 ] || fail 'usage: generate.sh [--check] DIRECTORY'
  root=$1
  if [ -n "$is_check" ]; then check; else generate; fi
}

fail() {
  printf 'secrets: %s\n' "$1" >&2
  exit "${2:-2}"
}

generate() {
  mkdir -p "$root"
  for part in gateway worker observability; do
    [ -d "$root/$part" ] || mkdir "$root/$part"
    give "$root/$part" "$DIRECTORY_MODE"
  done
  hex_key | write_both gateway/worker.key worker/worker.key
  text_key | write_both gateway/metrics.token observability/metrics.token
  jwt_keys | write gateway/jwt.keys
  text_key | write observability/grafana.password
}

# write PATH: from standard input, whole or not at all, and never over what is there.
write() {
  target=$root/$1
  if [ -e "$target" ]; then
    cat >/dev/null
    return 0
  fi
  cat >"$target.new"
  give "$target.new" "$FILE_MODE"
  ln "$target.new" "$target" || fail "$target cannot be made"
  rm -f "$target.new"
  printf 'secrets: made %s\n' "$target"
}

# write_both PATH PATH: the same on both sides; a half that is there decides what the other half is.
write_both() {
  if [ -e "$root/$2" ] && [ ! -e "$root/$1" ]; then
    write "$1" <"$root/$2"
  fi
  write "$1"
  write "$2" <"$root/$1"
}

# give PATH MODE
give() {
  [ "$(stat -c %g "$1")" = "$GROUP" ] || chgrp "$GROUP" "$1" 2>/dev/null ||
    fail "$1 cannot be given to group $GROUP: run this as root"
  chmod "$2" "$1"
}

random() { head -c 32 /dev/urandom; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
base64url() { base64 -w 0 | tr '+/' '-_' | tr -d '='; }

hex_key() { random | hex; echo; }
text_key() { random | base64url; echo; }

jwt_keys() {
  echo '# <key id> <32 random bytes, base64url>, one key a line, newest first.'
  echo '# The first signs; all verify. To rotate, put a new line on top; it is read within seconds.'
  printf '%s %s\n' "$(head -c 4 /dev/urandom | hex)" "$(random | base64url)"
}

check() {
  problems=''
  for file in $FILES; do
    if [ ! -s "$root/$file" ]; then
      problems="$problems\n$root/$file is missing"
    elif [ "$(($(stat -c %a "$root/$file") % 10))" -ne 0 ]; then
      problems="$problems\n$root/$file is open to everybody: chmod $FILE_MODE it"
    fi
  done
  [ -z "$problems" ] || fail "$(printf "not usable%b" "$problems")
make what is missing with: sudo ops/secrets/generate.sh DIRECTORY" 78
}

main "$@"
