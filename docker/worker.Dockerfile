# The worker, tmux, and what a session finds on its PATH. Listens on a Unix socket alone.
#
#   docker build -f docker/worker.Dockerfile -t claude-code-dashboard-worker .
#
# --build-arg CLAUDE_CODE_VERSION=2.1.331 adds Claude Code, which is not ours to hand on: an image
#   that is published has none, an image that is built where it runs may have it.
# --build-arg EXTRA_PACKAGES="python3 make g++" adds packages of Debian for the sessions.
# --build-arg WORKER_UID=1000 is for projects of the host that belong to this user.
#
# There is no pty engine: it would need a compiler here, and its sessions end with the daemon.

FROM node:24.21.0-trixie-slim AS base

# ── Packages: this layer stays as long as the lockfile does ────────────────────────────────────────

FROM base AS packages
ENV CI=1
RUN npm install --global pnpm@12.21.0
WORKDIR /app
COPY .npmrc package.json pnpm-lock.yaml pnpm-workspace.yaml ./
# Into the store only; what links them is the next install. No script of a package is run.
RUN pnpm fetch --ignore-scripts --store-dir /pnpm && rm -rf node_modules

# ── What the worker imports ────────────────────────────────────────────────────────────────────────

FROM packages AS imports
COPY apps/worker/package.json apps/worker/
COPY packages/protocol/package.json packages/protocol/
COPY packages/runtime/package.json packages/runtime/
COPY packages/xterm/package.json packages/xterm/
RUN pnpm install --offline --frozen-lockfile --ignore-scripts --store-dir /pnpm --prod --no-optional \
      --filter '@dashboard/worker...' \
 && sh -c 'cd node_modules/.pnpm/better-sqlite3@*/node_modules/better-sqlite3 \
      && rm -r deps src \
      && find prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete' \
 && rm .npmrc pnpm-lock.yaml pnpm-workspace.yaml

# ── The image ──────────────────────────────────────────────────────────────────────────────────────

FROM base
ARG EXTRA_PACKAGES=""
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      tini tmux git openssh-client ca-certificates curl ripgrep procps less ${EXTRA_PACKAGES} \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
ARG CLAUDE_CODE_VERSION=""
# It cannot replace itself below a read-only root: the image decides which one runs.
RUN if [ -n "${CLAUDE_CODE_VERSION}" ]; then \
      npm install --global "@anthropic-ai/claude-code@${CLAUDE_CODE_VERSION}" \
      && npm cache clean --force \
      && install -d /etc/claude-code \
      && echo '{ "env": { "DISABLE_AUTOUPDATER": "1" } }' > /etc/claude-code/managed-settings.json \
      && claude --version; \
    fi
ARG WORKER_UID=10002
RUN groupadd --gid 10000 dashboard \
 && userdel --remove node \
 && useradd --uid "${WORKER_UID}" --gid 10000 --create-home --home-dir /home/agent \
      --shell /bin/bash agent \
 # A new volume takes owner and mode from the directory that it covers.
 && install -d -o "${WORKER_UID}" -g 10000 -m 0700 /var/lib/dashboard \
 && install -d -o "${WORKER_UID}" -g 10000 -m 0750 /run/dashboard \
 && install -d -o "${WORKER_UID}" -g 10000 -m 0755 /projects \
 && install -d -o 10003 -g 10000 -m 0750 /run/secrets
WORKDIR /app
COPY --from=imports /app ./
COPY packages/protocol/src packages/protocol/src
COPY packages/runtime/src packages/runtime/src
COPY packages/xterm/src packages/xterm/src
COPY apps/worker/src apps/worker/src
COPY docker/tmux.conf docker/worker-entry.sh docker/worker-health.mjs docker/

# RUNTIME_DIR has to be below a tmpfs that lives as long as the container, and no longer: tmux does too.
ENV NODE_ENV=production \
    HOME=/home/agent \
    SHELL=/bin/bash \
    LANG=C.UTF-8 \
    DATA_DIR=/var/lib/dashboard \
    RUNTIME_DIR=/run/worker/private \
    WORKER_SOCKET=/run/dashboard/worker.sock \
    WORKER_KEY_FILE=/run/secrets/worker.key \
    ALLOWED_PROJECT_ROOTS=/projects \
    SESSION_ENGINE=tmux
USER ${WORKER_UID}:10000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/app/docker/worker-health.mjs", "/run/dashboard/worker.sock"]
ENTRYPOINT ["tini", "--", "sh", "docker/worker-entry.sh", "node", "apps/worker/src/main.ts"]

# Last, since they change with every build and would take the layers behind them along.
ARG VERSION=0.0.0-local
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=""
LABEL org.opencontainers.image.title="Claude Code Dashboard, worker" \
      org.opencontainers.image.description="Keeps terminals of agents and shells in tmux" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/node:24.21.0-trixie-slim" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
