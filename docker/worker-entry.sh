#!/bin/sh
# Starts the worker's daemon and starts it again when it dies, so that the container does not end with
# it: tmux lives in the same container, and with tmux the sessions. Arguments: the daemon's command.
set -u

# Who was up for this long did not die of how it was started.
STEADY_SECONDS=10
BACKOFF_SECONDS_MAX=5
# For programs to save what they want to save, after they were told that their terminal is gone.
HANG_UP_SECONDS_MAX=5
# EX_CONFIG of sysexits(3): with this configuration no further try can end otherwise.
EXIT_BAD_CONFIGURATION=78

# What is waited for: the daemon, or the pause before its next life.
child=''
is_stopping=''

say() { # say LEVEL WORDS: one line in the form of the daemon's own
  printf '{"level":"%s","time":"%s","service":"worker-entry","pid":%s,"msg":"%s"}\n' \
    "$1" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$$" "$2"
}

on_signal() {
  is_stopping=yes
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap on_signal TERM INT HUP

# Starts it and sets code once it is gone. A signal ends a `wait` early, while the daemon is still
# putting its things in order.
run() {
  "$@" &
  child=$!
  [ -z "$is_stopping" ] || kill -TERM "$child"
  wait "$child"
  code=$?
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
  child=''
}

# The end of the container kills what is left of it without asking; this way a shell still writes its
# history and an editor its swap file. kill(2) to -1 leaves out this shell and the first process.
hang_up_sessions() {
  server=${RUNTIME_DIR:-/nonexistent}/tmux.sock
  [ -S "$server" ] || return 0
  # A server that does not answer is gone around: everybody is told without it.
  timeout 2 tmux -S "$server" kill-server 2>/dev/null || kill -s HUP -- -1 2>/dev/null
  tenths=0
  while [ "$tenths" -lt $((HANG_UP_SECONDS_MAX * 10)) ] && kill -s 0 -- -1 2>/dev/null; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
}

delay=1
is_first=yes
while [ -z "$is_stopping" ]; do
  started=$(date +%s)
  run "$@"
  [ -z "$is_stopping" ] || break
  # Later there may be sessions, and a configuration that was broken while it ran can be mended.
  if [ "$code" -eq "$EXIT_BAD_CONFIGURATION" ] && [ -n "$is_first" ]; then exit "$code"; fi
  is_first=''
  [ $(($(date +%s) - started)) -lt "$STEADY_SECONDS" ] || delay=1
  say warn "the daemon died (status $code) and starts again in $delay s"
  run sleep "$delay"
  delay=$((delay * 2))
  [ "$delay" -le "$BACKOFF_SECONDS_MAX" ] || delay=$BACKOFF_SECONDS_MAX
done

hang_up_sessions
say info "stopped"
