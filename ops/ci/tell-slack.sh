#!/usr/bin/env bash
# Tells a channel how it went; says so and does nothing where no webhook is set.
#
#   ops/ci/tell-slack.sh released|failed WORDS URL      SLACK_WEBHOOK_URL: an incoming webhook
set -euo pipefail
[[ $# -eq 3 ]] || { echo 'tell-slack.sh: released or failed, what, and the address of the run' >&2; exit 64; }
if [[ -z ${SLACK_WEBHOOK_URL:-} ]]; then
  echo 'tell-slack.sh: SLACK_WEBHOOK_URL is not set, nobody is told'
  exit 0
fi
case $1 in released) sign=':white_check_mark:' ;; *) sign=':x:' ;; esac
# shellcheck disable=SC2016  # JavaScript
body=$(node --print '
  const plain = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
  const [sign, what, url] = process.argv.slice(1);
  JSON.stringify({ text: `${sign} ${plain(what)} <${url}|the run>` });' -- "$sign" "$2" "$3")
# The address is a credential: over standard input, where no list of processes shows it.
printf 'url = "%s"\n' "$SLACK_WEBHOOK_URL" |
  curl --config - --silent --show-error --fail --max-time 10 --retry 3 --output /dev/null \
    --header 'content-type: application/json' --data "$body"
