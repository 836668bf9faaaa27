#!/bin/bash
# Whether the gateway is ready to serve, asked of itself under a name that it answers to. For
# HEALTHCHECK; bash can open a connection, so the image needs no program that fetches things.
set -eu

host=${ALLOWED_HOSTS:-127.0.0.1:$PORT}
exec 3<>"/dev/tcp/127.0.0.1/$PORT"
printf 'GET /health/ready HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "${host%%,*}" >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
