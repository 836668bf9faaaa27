#!/usr/bin/env bash
# To whom nginx gives requests: writes the file that its configuration includes, and has it read again.

# edge_text STABLE CANARY PERCENT. A browser stays where it is while the share grows, since its place in the
# hash does not change; and whoever is gone is replaced by the other at once.
edge_text() {
  local stable=$1 canary=$2 percent=$3 color
  echo '# Written by ops/deploy. To change it, deploy.'
  for color in blue green; do
    printf 'upstream dashboard_%s {\n' "$color"
    printf '  server 127.0.0.1:%s max_fails=0;\n' "$(port_of "$color")"
    printf '  server 127.0.0.1:%s max_fails=0 backup;\n' "$(port_of "$(other_than "$color")")"
    printf '  keepalive 32;\n}\n'
  done
  # shellcheck disable=SC2016 # variables of nginx
  printf 'split_clients "$remote_addr $http_user_agent" $dashboard_gateway {\n'
  if ((percent > 0 && percent < 100)); then printf '  %s%% dashboard_%s;\n' "$percent" "$canary"; fi
  if ((percent == 100)); then stable=$canary; fi
  printf '  * dashboard_%s;\n}\n' "$stable"
}

# point_edge STABLE CANARY PERCENT. What nginx does not take is undone.
point_edge() {
  if [[ -n $DRY_RUN ]]; then
    say "would give $3 % of browsers to $2, the others to $1"
    return
  fi
  local before=$EDGE_FILE.before
  if [[ -e $EDGE_FILE ]]; then cp -p "$EDGE_FILE" "$before"; else : >"$before"; fi
  edge_text "$@" >"$EDGE_FILE.next"
  if cmp -s "$EDGE_FILE.next" "$EDGE_FILE"; then
    rm "$EDGE_FILE.next"
    return
  fi
  mv "$EDGE_FILE.next" "$EDGE_FILE"
  if ! "${EDGE_TEST[@]}" >"$STATE_DIR/edge.log" 2>&1 || ! "${EDGE_RELOAD[@]}" >>"$STATE_DIR/edge.log" 2>&1; then
    mv "$before" "$EDGE_FILE"
    say "nginx does not take the change, see $STATE_DIR/edge.log"
    return 1
  fi
  # Its old processes finish what they have begun, and open nothing new.
  sleep "$SETTLE_SECONDS"
}
