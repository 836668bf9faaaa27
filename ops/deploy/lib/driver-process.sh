#!/usr/bin/env bash
# Gateways as plain processes: for machines without systemd and containers. What is in GATEWAY_ENV_FILE is
# their environment, RELEASES_DIR has a directory for each version, NODE runs it.

driver_has() { [[ -f $RELEASES_DIR/$1/apps/gateway/src/main.ts ]]; }

driver_start() {
  local color=$1 version=$2
  (
    cd "$RELEASES_DIR/$version" || exit 1
    set -a
    # shellcheck source=/dev/null
    source "$GATEWAY_ENV_FILE"
    # shellcheck disable=SC2034 # for the gateway
    PORT=$(port_of "$color")
    exec setsid "${NODE:-node}" apps/gateway/src/main.ts >>"$STATE_DIR/$color.log" 2>&1 </dev/null 9>&-
  ) &
  echo $! >"$STATE_DIR/$color.pid"
  disown
}

# The number may be somebody else's by now.
driver_runs() {
  local pid
  pid=$(recall "$1.pid")
  [[ -n $pid ]] && tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -q 'apps/gateway/src/main.ts'
}

# It drains by itself and then ends; after that it is ended.
driver_stop() {
  driver_runs "$1" || return 0
  local pid waited
  pid=$(recall "$1.pid")
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((waited = 0; waited < 200; waited++)); do
    driver_runs "$1" || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}
