# The gateway and the page that it serves. Nothing in the result can open a terminal or fetch a program:
# no tmux, no node-pty, no git, no npm, none of the worker's code.
#
#   docker build -f docker/gateway.Dockerfile -t claude-code-dashboard-gateway .
#
# No `pnpm deploy`: it copies our own packages below node_modules, where Node strips no types. What is
# installed here has the layout of the checkout instead, without what only development needs.

FROM node:24.21.0-trixie-slim AS base

# ── Packages: this layer stays as long as the lockfile does ────────────────────────────────────────

FROM base AS packages
ENV CI=1
RUN npm install --global pnpm@12.21.0
WORKDIR /app
COPY .npmrc package.json pnpm-lock.yaml pnpm-workspace.yaml ./
# Into the store only; what links them is the next install. No script of a package is run.
RUN pnpm fetch --ignore-scripts --store-dir /pnpm && rm -rf node_modules

# ── The page ───────────────────────────────────────────────────────────────────────────────────────

FROM packages AS page
COPY apps/web/package.json apps/web/
COPY packages/protocol/package.json packages/protocol/
COPY packages/runtime/package.json packages/runtime/
COPY packages/testkit/package.json packages/testkit/
COPY packages/xterm/package.json packages/xterm/
RUN pnpm install --offline --frozen-lockfile --ignore-scripts --store-dir /pnpm \
      --filter '@dashboard/web...'
COPY tsconfig.base.json ./
COPY packages/protocol packages/protocol
COPY packages/runtime packages/runtime
COPY packages/xterm packages/xterm
COPY apps/web apps/web
RUN pnpm --filter @dashboard/web build

# ── What the gateway imports ───────────────────────────────────────────────────────────────────────

FROM packages AS imports
COPY apps/gateway/package.json apps/gateway/
COPY packages/protocol/package.json packages/protocol/
COPY packages/runtime/package.json packages/runtime/
RUN pnpm install --offline --frozen-lockfile --ignore-scripts --store-dir /pnpm --prod \
      --filter '@dashboard/gateway...' \
 && sh -c 'cd node_modules/.pnpm/better-sqlite3@*/node_modules/better-sqlite3 \
      && rm -r deps src \
      && find prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete' \
 && rm .npmrc pnpm-lock.yaml pnpm-workspace.yaml

# ── The image ──────────────────────────────────────────────────────────────────────────────────────

FROM base
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx \
      /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-* \
 && groupadd --gid 10000 dashboard \
 && useradd --uid 10001 --gid 10000 --home-dir /nonexistent --no-create-home \
      --shell /usr/sbin/nologin gateway \
 # A new volume takes owner and mode from the directory that it covers.
 && install -d -o 10001 -g 10000 -m 0700 /var/lib/dashboard \
 && install -d -o 10002 -g 10000 -m 0750 /run/dashboard \
 # For whoever of the group makes them: each has a volume of its own, and what it puts there is 0700.
 && install -d -o 10001 -g 10000 -m 0770 /backups \
 && install -d -o 10003 -g 10000 -m 0750 /run/secrets /run/secrets-of \
      /run/secrets-of/gateway /run/secrets-of/worker /run/secrets-of/observability
WORKDIR /app
COPY --from=imports /app ./
COPY packages/protocol/src packages/protocol/src
COPY packages/runtime/src packages/runtime/src
COPY apps/gateway/src apps/gateway/src
COPY --from=page /app/apps/web/build apps/web/build
COPY docker/gateway-health.sh docker/
COPY ops/secrets/generate.sh ops/secrets/

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DB_PATH=/var/lib/dashboard/gateway.db \
    WORKER_SOCKET=/run/dashboard/worker.sock \
    WORKER_KEY_FILE=/run/secrets/worker.key \
    JWT_SECRET_FILE=/run/secrets/jwt.keys
EXPOSE 3000
USER 10001:10000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["bash", "/app/docker/gateway-health.sh"]
ENTRYPOINT ["tini", "--", "node", "apps/gateway/src/main.ts"]

# Last, since they change with every build and would take the layers behind them along.
ARG VERSION=0.0.0-local
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=""
LABEL org.opencontainers.image.title="Claude Code Dashboard, gateway" \
      org.opencontainers.image.description="Serves the browser; starts nothing, holds no terminal" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-trixie-slim" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
