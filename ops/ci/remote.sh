#!/usr/bin/env bash
# Runs a script of ops/deploy on the server of an environment, over ssh with a key that may do nothing else:
#
#   ops/ci/remote.sh deploy.sh production 1.2.3
#
# DEPLOY_HOST is user@host, DEPLOY_KNOWN_HOSTS the line of ssh-keyscan that a person has compared, DEPLOY_SSH_KEY the
# private key. On the server the key belongs to a line of ops/ci/by-ssh.sh. The exit
# code is that of the script.
set -euo pipefail

die() { echo "remote.sh: $1" >&2; exit 64; }

[[ $# -ge 2 ]] || die 'which script, and of which environment?'
for name in DEPLOY_HOST DEPLOY_KNOWN_HOSTS DEPLOY_SSH_KEY; do
  [[ -n ${!name:-} ]] || die "$name is missing"
done
[[ $DEPLOY_HOST =~ ^[a-z_][a-z0-9_-]*@[A-Za-z0-9.-]+$ ]] || die 'DEPLOY_HOST is not like deploy@dashboard.example.com'
case $1 in deploy.sh | smoke.sh | rollback.sh | health-check.sh) ;; *) die "$1 is not to be run from here" ;; esac
# The other side takes the words apart at spaces: nothing but plain words goes there.
for word in "$@"; do
  [[ $word =~ ^[A-Za-z0-9._-]+$ ]] || die 'only plain words can be passed on'
done

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
umask 077
printf '%s\n' "$DEPLOY_SSH_KEY" >"$directory/key"
printf '%s\n' "$DEPLOY_KNOWN_HOSTS" >"$directory/known_hosts"
ssh -T -i "$directory/key" \
  -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 \
  -o StrictHostKeyChecking=yes -o UserKnownHostsFile="$directory/known_hosts" \
  "$DEPLOY_HOST" "$@"
