/**
 * Which variables each program gets. Named one by one: the gateway faces the network and must not
 * hold what logs an agent in, and neither needs what a shell happens to carry.
 */
import { delimiter, dirname, join } from 'node:path';
import type { Plan } from './plan.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Of the person, so that sessions find their home, tools and login; and limits an operator may set. */
const WORKER_INHERITS =
  /^(HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|XDG_[A-Z_]+|SSH_AUTH_SOCK|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|(HTTPS?|NO|ALL)_PROXY|PROFILES_FILE|RESUME_LOST_SESSIONS|SESSIONS_MAX|SESSION_IDLE_TIMEOUT_MS|(https?|no|all)_proxy|ANTHROPIC_[A-Z0-9_]+|CLAUDE_[A-Z0-9_]+)$/;

/** Say in which session of Claude Code `npm start` was typed: untrue for the sessions started here. */
const OF_THE_CALLER = new Set(['CLAUDE_CODE_ENTRYPOINT', 'CLAUDE_CODE_SSE_PORT']);

/** A language, and what an operator may set of its own configuration without an option here. */
const GATEWAY_INHERITS =
  /^(LANG|LC_[A-Z]+|TZ|ALLOWED_HOSTS|ALLOWED_ORIGINS|TRUST_PROXY|RATE_LIMIT_[A-Z_]+|JWT_EXPIRES_IN|METRICS_TOKEN_FILE|ALERT_PRIVATE_ORIGINS|PUSH_CONTACT|OTEL_EXPORTER_OTLP_(ENDPOINT|HEADERS_FILE)|OTEL_TRACES_SAMPLER_ARG)$/;

/** By this the test run recognises processes that were left behind. */
const TEST_RUN = 'DASHBOARD_TEST_RUN';

export function workerEnvironment(plan: Plan, env: Environment): Record<string, string> {
  const { data, root } = plan;
  return {
    ...only(env, (name) => WORKER_INHERITS.test(name) && !OF_THE_CALLER.has(name)),
    ...common(env),
    PATH: pathOfThePerson(env['PATH'] ?? '', root),
    DATA_DIR: data.worker,
    RUNTIME_DIR: data.run,
    WORKER_SOCKET: data.workerSocket,
    WORKER_KEY_FILE: data.workerKeyFile,
    ALLOWED_PROJECT_ROOTS: plan.projects.join(delimiter),
    SESSION_ENGINE: plan.engine,
  };
}

export function gatewayEnvironment(plan: Plan, env: Environment): Record<string, string> {
  const { data } = plan;
  return {
    ...only(env, (name) => GATEWAY_INHERITS.test(name)),
    ...common(env),
    HOST: plan.host,
    PORT: String(plan.port),
    DB_PATH: join(data.gateway, 'gateway.db'),
    WORKER_SOCKET: data.workerSocket,
    WORKER_KEY_FILE: data.workerKeyFile,
    JWT_SECRET_FILE: data.jwtSecretFile,
    WEB_ROOT: plan.webRoot,
    BACKUP_DIR: join(data.path, 'backups'),
    DRAIN_MS: '0', // nobody takes over: viewers come back sooner when nothing is waited for
  };
}

function common(env: Environment): Record<string, string> {
  const asked = env['LOG_LEVEL'];
  return {
    NODE_ENV: 'production',
    // Never less than info: the supervisor waits for the line that says "listening".
    LOG_LEVEL: asked === 'debug' || asked === 'trace' ? asked : 'info',
    ...only(env, (name) => name === TEST_RUN),
  };
}

function only(env: Environment, isWanted: (name: string) => boolean): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && isWanted(entry[0]),
  );
  return Object.fromEntries(kept);
}

/**
 * npm puts the node_modules/.bin of every directory above in front of PATH. In a session these would
 * shadow the person's own programs.
 */
function pathOfThePerson(path: string, root: string): string {
  const added = new Set<string>();
  for (let directory = root; !added.has(binOf(directory)); directory = dirname(directory)) {
    added.add(binOf(directory));
  }
  const isOwn = (entry: string) => !added.has(entry) && !entry.endsWith('/node-gyp-bin');
  return path.split(delimiter).filter(isOwn).join(delimiter);
}

function binOf(directory: string): string {
  return join(directory, 'node_modules', '.bin');
}
