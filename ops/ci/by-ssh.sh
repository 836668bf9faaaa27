#!/usr/bin/env bash
# What the key of ops/ci/remote.sh may do on a server, and nothing else. In authorized_keys of the account that deploys:
#
#   restrict,command="/opt/claude-code-dashboard/ops/ci/by-ssh.sh production" ssh-ed25519 AAAA… deploy
#
# The environment is said here, so that a key of staging cannot reach production on the same machine.
set -euo pipefail
allowed=${1:?the environment, in authorized_keys}
read -r -a words <<<"${SSH_ORIGINAL_COMMAND:-}"

die() { echo "by-ssh.sh: $1" >&2; exit 64; }

[[ ${#words[@]} -ge 2 && ${#words[@]} -le 6 ]] || die 'which script, and of which environment?'
for word in "${words[@]}"; do
  [[ $word =~ ^[A-Za-z0-9._-]+$ ]] || die 'only plain words can be passed on'
done
case ${words[0]} in deploy.sh | smoke.sh | rollback.sh | health-check.sh) ;; *) die "${words[0]} is not to be run from afar" ;; esac
[[ ${words[1]} == "$allowed" ]] || die "this key is of $allowed"
exec "$(dirname "${BASH_SOURCE[0]}")/../deploy/${words[0]}" "${words[@]:1}"
