#!/usr/bin/env bash
# Gateways as instances of a unit: claude-code-dashboard-gateway@blue and @green. RELEASES_DIR has a directory
# for each version, made ready by `npm start` there; blue and green beside them are links to two of these.

driver_has() { [[ -f $RELEASES_DIR/$1/apps/gateway/src/main.ts ]]; }

driver_start() {
  ln -sfn "$RELEASES_DIR/$2" "$RELEASES_DIR/$1"
  systemctl start "claude-code-dashboard-gateway@$1"
}

driver_runs() { systemctl is-active --quiet "claude-code-dashboard-gateway@$1"; }

# Returns when it has drained and ended.
driver_stop() { systemctl stop "claude-code-dashboard-gateway@$1"; }
