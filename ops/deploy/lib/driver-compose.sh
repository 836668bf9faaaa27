#!/usr/bin/env bash
# Gateways as the services gateway (blue) and gateway-green (profile blue-green) of one project. IMAGE is the name
# of the image, its tag the version; COMPOSE says the files, as `docker compose` takes them.

driver_has() {
  docker image inspect "$IMAGE:$1" >/dev/null 2>&1 || docker pull --quiet "$IMAGE:$1" >/dev/null
}

service_of() { if [[ $1 == blue ]]; then echo gateway; else echo gateway-green; fi; }

# With the images that both have, so that neither is made anew for the other's sake.
compose() {
  local blue green
  blue=$(recall blue.version) green=$(recall green.version)
  GATEWAY_IMAGE="$IMAGE:${blue:-$green}" GATEWAY_GREEN_IMAGE="$IMAGE:${green:-$blue}" \
    PORT=$BLUE_PORT GREEN_PORT=$GREEN_PORT docker compose "${COMPOSE[@]}" --profile blue-green "$@"
}

driver_start() { compose up --detach --no-deps --no-build "$(service_of "$1")"; }

driver_runs() { [[ -n $(compose ps --quiet --status running "$(service_of "$1")") ]]; }

# Its stop_grace_period is longer than it drains.
driver_stop() { compose stop "$(service_of "$1")"; }
