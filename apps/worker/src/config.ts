/** What the worker is told by its environment: every variable, its bounds and its default. */
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ConfigurationError, parseEnvironment, type Environment } from '@dashboard/runtime/config';
import { readWorkerKey } from '@dashboard/runtime/worker-proof';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { BUILT_IN_PROFILES, readOwnProfiles, type Profile } from './agent/index.ts';
import {
  SESSION_IDLE_TIMEOUT_MS_MAX,
  SESSION_IDLE_TIMEOUT_MS_MIN,
  SESSIONS_MAX_DEFAULT,
  SESSIONS_MAX_MAX,
  SOCKET_PATH_BYTES_MAX,
} from './limits.ts';

const EngineChoice = Type.Union([Type.Literal('tmux'), Type.Literal('pty'), Type.Literal('auto')], {
  default: 'auto',
});

const Variables = Type.Object({
  NODE_ENV: Type.Union(
    ['development', 'staging', 'production', 'test'].map((name) => Type.Literal(name)),
    { default: 'production' },
  ),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((name) =>
      Type.Literal(name),
    ),
    { default: 'info' },
  ),
  DATA_DIR: Type.String({ pattern: '^/', description: 'absolute directory of records' }),
  RUNTIME_DIR: Type.Optional(
    Type.String({ pattern: '^/', description: 'absolute directory of sockets' }),
  ),
  WORKER_SOCKET: Type.Optional(
    Type.String({ pattern: '^/', description: 'absolute path of the socket for the gateway' }),
  ),
  WORKER_KEY_FILE: Type.String({ description: 'file of the key that worker and gateway share' }),
  ALLOWED_PROJECT_ROOTS: Type.String({
    description: 'absolute directories that sessions may start in, separated by ":" or ","',
  }),
  PROFILES_FILE: Type.Optional(
    Type.String({ pattern: '^/', description: 'absolute path of a JSON file of own profiles' }),
  ),
  SESSION_ENGINE: EngineChoice,
  RESUME_LOST_SESSIONS: Type.Union([Type.Literal('on'), Type.Literal('off')], { default: 'on' }),
  SESSIONS_MAX: Type.Integer({
    default: SESSIONS_MAX_DEFAULT,
    minimum: 1,
    maximum: SESSIONS_MAX_MAX,
    description: 'running at the same time',
  }),
  SESSION_IDLE_TIMEOUT_MS: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: SESSION_IDLE_TIMEOUT_MS_MAX,
    description: 'an unwatched session that does nothing for so long is ended; 0 never ends one',
  }),
});

export interface WorkerConfig {
  readonly environment: string;
  /** Of package.json. */
  readonly release: string;
  readonly logLevel: string;
  readonly databasePath: string;
  /** Holds the sockets of tmux and of the worker, and the FIFOs of sessions. */
  readonly runtimeDirectory: string;
  readonly socketPath: string;
  /** On which agents' hooks arrive. */
  readonly hookSocketPath: string;
  /** Shared with the gateway; at least 32 bytes. */
  readonly key: Uint8Array;
  /** Absolute; whether they exist is for ProjectRoots to find out. */
  readonly projectRoots: readonly [string, ...string[]];
  /** auto is tmux where it is installed, and pty otherwise. */
  readonly engine: 'tmux' | 'pty' | 'auto';
  /** Those of the operator behind those that are built in. */
  readonly profiles: readonly Profile[];
  /** When the worker starts, of those that the machine or tmux took along. */
  readonly resumesLostSessions: boolean;
  readonly sessionsMax: number;
  /** 0 never ends a session. */
  readonly idleTimeoutMs: number;
}

/** @throws ConfigurationError with everything that is wrong */
export function parseWorkerConfig(env: Environment): WorkerConfig {
  const problems: string[] = [];
  const plain = attempt(problems, () => parseEnvironment(Variables, env));
  const key = attempt(problems, () => readKey(env));
  const projectRoots = attempt(problems, () => parseRoots(env));
  const paths = attempt(problems, () => parsePaths(env));
  const own = attempt(problems, () => parseProfiles(env));
  attempt(problems, () => checkIdleTimeout(env));
  if (!plain || !key || !projectRoots || !paths || !own || problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  return {
    environment: plain.NODE_ENV,
    release: readRelease(),
    logLevel: plain.LOG_LEVEL,
    databasePath: join(plain.DATA_DIR, 'sessions.db'),
    ...paths,
    key,
    projectRoots,
    engine: plain.SESSION_ENGINE,
    profiles: [...BUILT_IN_PROFILES, ...own],
    resumesLostSessions: plain.RESUME_LOST_SESSIONS === 'on',
    sessionsMax: plain.SESSIONS_MAX,
    idleTimeoutMs: plain.SESSION_IDLE_TIMEOUT_MS,
  };
}

/** Goes on to the next thing after a failure: a person mends the configuration in one go. */
function attempt<T>(problems: string[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** An empty variable is an unset one. */
function textOf(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

/** A missing one is reported with the other variables. */
function readKey(env: Environment): Uint8Array | undefined {
  const path = textOf(env, 'WORKER_KEY_FILE');
  return path === undefined ? undefined : readWorkerKey(path);
}

function parseProfiles(env: Environment): readonly Profile[] {
  const path = textOf(env, 'PROFILES_FILE');
  // A relative one is refused with the other variables.
  return path === undefined || !isAbsolute(path) ? [] : readOwnProfiles(path);
}

function parseRoots(env: Environment): readonly [string, ...string[]] | undefined {
  const text = textOf(env, 'ALLOWED_PROJECT_ROOTS');
  if (text === undefined) return undefined;
  const [first, ...others] = text
    .split(/[:,]/)
    .map((path) => path.trim())
    .filter(Boolean);
  if (first === undefined)
    throw new ConfigurationError(['ALLOWED_PROJECT_ROOTS names no directory']);
  const relative = [first, ...others].filter((path) => !isAbsolute(path));
  if (relative.length === 0) return [first, ...others];
  throw new ConfigurationError(
    relative.map((path) => `ALLOWED_PROJECT_ROOTS: ${JSON.stringify(path)} is not absolute`),
  );
}

function parsePaths(
  env: Environment,
): Pick<WorkerConfig, 'runtimeDirectory' | 'socketPath' | 'hookSocketPath'> {
  const runtimeDirectory = textOf(env, 'RUNTIME_DIR') ?? join(env['DATA_DIR'] ?? '/', 'run');
  const socketPath = textOf(env, 'WORKER_SOCKET') ?? join(runtimeDirectory, 'worker.sock');
  // Asked of tmux's socket too, which lies beside it under a shorter name.
  for (const path of [socketPath, join(runtimeDirectory, 'worker.sock')]) {
    const length = Buffer.byteLength(path);
    if (length < SOCKET_PATH_BYTES_MAX) continue;
    const rule = `a socket's path has less than ${SOCKET_PATH_BYTES_MAX} bytes, ${path} has ${length}`;
    throw new ConfigurationError([`RUNTIME_DIR or WORKER_SOCKET is too long: ${rule}`]);
  }
  // Not longer than the one that was measured.
  return { runtimeDirectory, socketPath, hookSocketPath: join(runtimeDirectory, 'hooks.sock') };
}

/** The schema knows the bounds but not that there is nothing between 0 and the least. */
function checkIdleTimeout(env: Environment): void {
  const timeoutMs = Number(env['SESSION_IDLE_TIMEOUT_MS'] ?? 0);
  if (timeoutMs > 0 && timeoutMs < SESSION_IDLE_TIMEOUT_MS_MIN) {
    const rule = `must be 0 (never) or at least ${SESSION_IDLE_TIMEOUT_MS_MIN}`;
    throw new ConfigurationError([`SESSION_IDLE_TIMEOUT_MS ${rule}, not "${timeoutMs}"`]);
  }
}

function readRelease(): string {
  const text = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  return Value.Parse(Type.Object({ version: Type.String() }), JSON.parse(text)).version;
}
