#!/usr/bin/env bash
# What Prometheus says of a gateway that serves a part of the browsers. WHY is for whoever sources this.
# shellcheck disable=SC2034

: "${PROMETHEUS_WINDOW:=1m}" "${ERROR_RATE_MAX:=0.01}" "${P99_SECONDS_MAX:=1}"

instance_of() {
  if [[ $1 == blue ]]; then echo "${BLUE_INSTANCE:-127.0.0.1:$BLUE_PORT}"; else echo "${GREEN_INSTANCE:-127.0.0.1:$GREEN_PORT}"; fi
}

# query EXPRESSION: one number; nothing where there is none, or none that means something.
query() {
  curl --silent --show-error --fail --max-time 5 --get --data-urlencode "query=$1" "$PROMETHEUS_URL/api/v1/query" |
    sed -n 's/.*"value":\[[^,]*,"\([0-9.eE+-]*\)"\].*/\1/p'
}

error_rate() {
  local of
  of="dashboard_gateway_request_seconds_count{instance=\"$(instance_of "$1")\""
  query "(sum(rate($of,status=\"5xx\"}[$PROMETHEUS_WINDOW])) or vector(0)) / sum(rate($of}[$PROMETHEUS_WINDOW]))"
}

p99_seconds() {
  local of
  of="dashboard_gateway_request_seconds_bucket{instance=\"$(instance_of "$1")\"}"
  query "histogram_quantile(0.99, sum by (le) (rate(${of}[$PROMETHEUS_WINDOW])))"
}

# is_above ONE OTHER, as numbers.
is_above() { awk -v one="$1" -v other="$2" 'BEGIN { exit !(one + 0 > other + 0) }'; }

# judge CANARY STABLE: 0 it is as good, 1 it is worse (WHY says how), 2 nothing is known. A fault that both have
# is none of the release: it may be twice as bad as the other, and may always be as bad as the bound.
judge() {
  local canary=$1 stable=$2 errors slow errors_before slow_before
  errors=$(error_rate "$canary") slow=$(p99_seconds "$canary")
  if [[ -z $errors || -z $slow ]]; then
    WHY='Prometheus knows nothing of it'
    return 2
  fi
  errors_before=$(error_rate "$stable") slow_before=$(p99_seconds "$stable")
  say "errors $errors (before: ${errors_before:-unknown}), p99 $slow s (before: ${slow_before:-unknown})"
  if is_above "$errors" "$ERROR_RATE_MAX" && is_above "$errors" "$(twice "${errors_before:-0}")"; then
    WHY="error rate $errors"
    return 1
  fi
  if is_above "$slow" "$P99_SECONDS_MAX" && is_above "$slow" "$(twice "${slow_before:-0}")"; then
    WHY="p99 $slow s"
    return 1
  fi
}

twice() { awk -v number="$1" 'BEGIN { print 2 * number }'; }
