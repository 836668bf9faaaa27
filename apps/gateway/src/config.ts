/** What the gateway is told by its environment: every variable, its bounds and its default. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  ConfigurationError,
  parseEnvironment,
  readAll,
  readSecretFile,
  type Environment,
} from '@dashboard/runtime/config';
import { readWorkerKey } from '@dashboard/runtime/worker-proof';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parseMasterKeys, type MasterKey } from './auth/index.ts';
import {
  DRAIN_MS,
  DRAIN_MS_MAX,
  JWT_TTL_MS,
  JWT_TTL_MS_MAX,
  JWT_TTL_MS_MIN,
  METRICS_TOKEN_CHARS_MIN,
  RATE_LIMIT_REQUESTS,
  RATE_LIMIT_WINDOW_MS,
} from './limits.ts';
import { parseTracing, type TracingConfig } from './tracing/index.ts';

const Variables = Type.Object({
  NODE_ENV: Type.Union(
    ['development', 'staging', 'production', 'test'].map((name) => Type.Literal(name)),
    { default: 'production' },
  ),
  HOST: Type.String({
    default: '127.0.0.1',
    pattern: '^[A-Za-z0-9.:-]+$',
    description: 'address to listen on',
  }),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65_535 }),
  DB_PATH: Type.String({ pattern: '^/', description: 'file of users and logins' }),
  WORKER_SOCKET: Type.String({ pattern: '^/', description: 'Unix socket of the worker' }),
  WEB_ROOT: Type.String({
    pattern: '^/',
    default: join(import.meta.dirname, '../../web/build'),
    description: 'directory of the built page',
  }),
  DRAIN_MS: Type.Integer({
    default: DRAIN_MS,
    minimum: 0,
    maximum: DRAIN_MS_MAX,
    description: 'how long a stop takes for viewers to move; 0 where nobody takes over',
  }),
  BACKUP_DIR: Type.Optional(
    Type.String({ pattern: '^/', description: 'absolute directory of backups, for health' }),
  ),
  RATE_LIMIT_WINDOW_MS: Type.Integer({
    default: RATE_LIMIT_WINDOW_MS,
    minimum: 1_000,
    maximum: 3_600_000,
  }),
  RATE_LIMIT_MAX_REQUESTS: Type.Integer({
    default: RATE_LIMIT_REQUESTS,
    minimum: 1,
    maximum: 1_000_000,
    description: 'of one address in a window',
  }),
  PUSH_CONTACT: Type.Optional(
    Type.String({
      pattern: '^(mailto:[^\\s@]+@[^\\s@]+|https://\\S+)$',
      description: 'mailto: or https: address that push services may write to',
    }),
  ),
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((name) =>
      Type.Literal(name),
    ),
    { default: 'info' },
  ),
});

export interface GatewayConfig {
  readonly environment: string;
  /** Of package.json. */
  readonly release: string;
  readonly host: string;
  /** 0 lets the system choose, for tests. */
  readonly port: number;
  readonly databasePath: string;
  readonly jwt: {
    /** Newest first. */
    readonly keys: readonly MasterKey[];
    /** Read again when it changes; undefined when the key did not come from a file. */
    readonly file: string | undefined;
    readonly ttlMs: number;
  };
  readonly worker: { readonly socketPath: string; readonly key: Uint8Array };
  readonly webRoot: string;
  /** For how long it serves on after the signal; 0: nobody takes over, so there is nothing to wait for. */
  readonly drainMs: number;
  /** Where backups leave word of how they went; undefined where none are made. */
  readonly backupDirectory: string | undefined;
  /** Opens metrics and the whole health report beyond this machine. */
  readonly metricsToken: string | undefined;
  /** Exact values of Host. Undefined: those that follow from host and port. */
  readonly allowedHosts: readonly string[] | undefined;
  /** Exact values of Origin. Undefined: http:// and each allowed host. */
  readonly allowedOrigins: readonly string[] | undefined;
  /** Addresses and networks whose X-Forwarded-* are believed. */
  readonly trustProxy: readonly string[];
  readonly rateLimit: { readonly windowMs: number; readonly requestsMax: number };
  readonly alerts: {
    /** Exact origins that alerts may be sent to though they are private or plain http. */
    readonly privateOrigins: readonly string[];
    /** Undefined: our own address, where it is https. */
    readonly contact: string | undefined;
  };
  /** Undefined: nothing is traced. */
  readonly tracing: TracingConfig | undefined;
  readonly logLevel: string;
}

/** @throws ConfigurationError with everything that is wrong */
export function parseGatewayConfig(env: Environment): GatewayConfig {
  const read = readAll({
    plain: () => parseEnvironment(Variables, env),
    keys: () => readMasterKeys(env),
    ttlMs: () => parseTokenTtl(textOf(env, 'JWT_EXPIRES_IN')),
    workerKey: () => workerKeyOf(env),
    metricsToken: () => readMetricsToken(env),
    hosts: () => parseList(env, 'ALLOWED_HOSTS', parseHost),
    origins: () => parseList(env, 'ALLOWED_ORIGINS', parseOrigin),
    proxies: () => parseList(env, 'TRUST_PROXY', parseNetwork),
    privateOrigins: () => parseList(env, 'ALERT_PRIVATE_ORIGINS', parseOrigin),
    tracing: () => parseTracing(env),
  });
  const { plain } = read;
  return {
    environment: plain.NODE_ENV,
    release: readRelease(),
    host: plain.HOST,
    port: plain.PORT,
    databasePath: plain.DB_PATH,
    jwt: { keys: read.keys, file: textOf(env, 'JWT_SECRET_FILE'), ttlMs: read.ttlMs },
    worker: { socketPath: plain.WORKER_SOCKET, key: read.workerKey },
    webRoot: plain.WEB_ROOT,
    drainMs: plain.DRAIN_MS,
    backupDirectory: plain.BACKUP_DIR,
    metricsToken: read.metricsToken,
    allowedHosts: read.hosts,
    allowedOrigins: read.origins,
    trustProxy: read.proxies ?? [],
    rateLimit: {
      windowMs: plain.RATE_LIMIT_WINDOW_MS,
      requestsMax: plain.RATE_LIMIT_MAX_REQUESTS,
    },
    alerts: { privateOrigins: read.privateOrigins ?? [], contact: plain.PUSH_CONTACT },
    tracing: read.tracing,
    logLevel: plain.LOG_LEVEL,
  };
}

/** Of one variable; an empty one is an unset one. */
function textOf(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

function readMetricsToken(env: Environment): string | undefined {
  const path = textOf(env, 'METRICS_TOKEN_FILE');
  if (path === undefined) return undefined;
  const token = readSecretFile(path, 'METRICS_TOKEN_FILE').toString('utf8').trim();
  if (token.length >= METRICS_TOKEN_CHARS_MIN && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new ConfigurationError([
    `METRICS_TOKEN_FILE: ${path} must hold one word of at least ${METRICS_TOKEN_CHARS_MIN} characters`,
  ]);
}

/** In production from a file only: a variable is inherited, dumped and logged too easily. */
function readMasterKeys(env: Environment): readonly MasterKey[] {
  const file = textOf(env, 'JWT_SECRET_FILE');
  const secret = textOf(env, 'JWT_SECRET');
  const isProduction = (textOf(env, 'NODE_ENV') ?? 'production') === 'production';
  if (secret !== undefined && isProduction) {
    throw new ConfigurationError([
      'JWT_SECRET is not read in production: put it into a file and name that in JWT_SECRET_FILE',
    ]);
  }
  if (file !== undefined) {
    const text = readSecretFile(file, 'JWT_SECRET_FILE').toString('utf8');
    return parseMasterKeys(text, 'JWT_SECRET_FILE');
  }
  if (secret !== undefined) return parseMasterKeys(secret, 'JWT_SECRET');
  if (isProduction) {
    throw new ConfigurationError(['JWT_SECRET_FILE is missing (file of keys that sign logins)']);
  }
  // For this run only. Nobody is logged out by it: refresh tokens are not signed.
  return parseMasterKeys(randomBytes(48).toString('base64url'), 'a random key');
}

/** Both daemons use the bytes of this file as they are. */
function workerKeyOf(env: Environment): Uint8Array {
  const file = textOf(env, 'WORKER_KEY_FILE');
  if (file === undefined) {
    throw new ConfigurationError([
      'WORKER_KEY_FILE is missing (the key that worker and gateway share)',
    ]);
  }
  return readWorkerKey(file);
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Seconds, or a number with s, m or h. @returns milliseconds */
export function parseTokenTtl(text: string | undefined): number {
  if (text === undefined || text === '') return JWT_TTL_MS;
  const [, digits, unit] = /^([0-9]{1,6})([smh]?)$/.exec(text) ?? [];
  const ms = Number(digits) * (unit === 'm' || unit === 'h' ? UNIT_MS[unit] : UNIT_MS.s);
  if (ms >= JWT_TTL_MS_MIN && ms <= JWT_TTL_MS_MAX) return ms;
  throw new ConfigurationError([
    `JWT_EXPIRES_IN must be seconds or like 30m or 1h, from 1m to 24h, not ${JSON.stringify(text)}`,
  ]);
}

/** @param parse returns undefined for what cannot be used */
function parseList(
  env: Environment,
  name: keyof typeof EXPECTED,
  parse: (text: string) => string | undefined,
): readonly string[] | undefined {
  const entries = (textOf(env, name) ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const wrong = entries.filter((entry) => parse(entry) === undefined);
  if (wrong.length > 0) {
    const held = wrong.map((entry) => JSON.stringify(entry)).join(', ');
    throw new ConfigurationError([`${name} ${EXPECTED[name]}, not ${held}`]);
  }
  const parsed = entries.map(parse).filter((entry) => entry !== undefined);
  return parsed.length > 0 ? parsed : undefined;
}

const EXPECTED = {
  ALLOWED_HOSTS: 'must be names or addresses with their port, like dashboard.example.com:8443',
  ALLOWED_ORIGINS: 'must be origins without a path, like https://dashboard.example.com',
  ALERT_PRIVATE_ORIGINS: 'must be origins without a path, like http://ntfy.lan:8080',
  TRUST_PROXY: 'must be addresses or networks of proxies, like 10.0.0.5 or 10.0.0.0/24',
} as const;

function parseHost(text: string): string | undefined {
  const host = text.toLowerCase();
  return /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?$/.test(host)
    ? host
    : undefined;
}

function parseOrigin(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { origin, host } = new URL(text);
  return origin === text.toLowerCase() && parseHost(host) === host ? origin : undefined;
}

/** A network of length 0 is everybody: then anyone could say from where a request comes. */
function parseNetwork(text: string): string | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const bits = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  if (bits === 0 || rest.length > 0) return undefined;
  if (length === undefined) return text;
  const isLength = /^[0-9]{1,3}$/.test(length) && Number(length) > 0 && Number(length) <= bits;
  return isLength ? text : undefined;
}

function readRelease(): string {
  const json: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
  );
  return Value.Parse(Type.Object({ version: Type.String() }), json).version;
}
