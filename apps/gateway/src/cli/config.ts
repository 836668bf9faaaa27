/** What the command line is told by its environment. Each command asks for what it needs, and no more. */
import { isAbsolute, join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import {
  ConfigurationError,
  parseEnvironment,
  readSecretFile,
  type Environment,
} from '@dashboard/runtime/config';
import { Type, type Static } from 'typebox';
import { Backups, Offsite, S3, wrongRecipient, type DatabasePaths } from '../backup/index.ts';

const Absolute = { pattern: '^/' };

const Variables = Type.Object({
  LOG_LEVEL: Type.Union(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'].map((name) =>
      Type.Literal(name),
    ),
    { default: 'info' },
  ),
  NODE_ENV: Type.Union(
    ['development', 'staging', 'production', 'test'].map((name) => Type.Literal(name)),
    { default: 'production' },
  ),
  BACKUP_DIR: Type.String({ ...Absolute, description: 'absolute directory of backups' }),
  DB_PATH: Type.Optional(Type.String({ ...Absolute, description: 'file of users and logins' })),
  DATA_DIR: Type.Optional(
    Type.String({ ...Absolute, description: "absolute directory of the worker's records" }),
  ),
  BACKUP_KEEP_HOURLY: Type.Integer({ default: 24, minimum: 0, maximum: 720 }),
  BACKUP_KEEP_DAILY: Type.Integer({ default: 30, minimum: 0, maximum: 3_660 }),
  BACKUP_KEEP_WEEKLY: Type.Integer({ default: 0, minimum: 0, maximum: 520 }),
  BACKUP_AGE_RECIPIENTS: Type.Optional(
    Type.String({
      description: 'public keys of age, separated by ","',
    }),
  ),
  BACKUP_S3_ENDPOINT: Type.Optional(
    Type.String({ pattern: '^https?://[^/]+/?$', description: 'address of S3, without a bucket' }),
  ),
  BACKUP_S3_BUCKET: Type.Optional(
    Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{2,62}$', description: 'name of a bucket' }),
  ),
  BACKUP_S3_REGION: Type.String({
    default: 'us-east-1',
    pattern: '^[a-z0-9-]{1,32}$',
    description: 'like eu-central-1',
  }),
  BACKUP_S3_PREFIX: Type.String({
    default: 'claude-code-dashboard/',
    pattern: '^([A-Za-z0-9_.-]+/)*$',
    description: 'folders with a slash at the end',
  }),
  BACKUP_S3_ACCESS_KEY_ID: Type.Optional(
    Type.String({ pattern: '^[A-Za-z0-9]{1,128}$', description: 'letters and digits' }),
  ),
  BACKUP_S3_SECRET_ACCESS_KEY_FILE: Type.Optional(Type.String({ description: 'file of that key' })),
  BACKUP_AGE_IDENTITY_FILE: Type.Optional(
    Type.String({ description: 'file of the secret key of age, to read backups' }),
  ),
});

export interface BackupConfig {
  readonly environment: string;
  readonly logLevel: string;
  readonly directory: string;
  readonly databases: DatabasePaths;
  readonly retention: { readonly hourly: number; readonly daily: number; readonly weekly: number };
  readonly recipients: readonly string[];
  /** Of age; undefined where nobody reads what is encrypted. */
  readonly identity: string | undefined;
  readonly s3: S3Config | undefined;
}

interface S3Config {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** @throws ConfigurationError with everything that is wrong */
export function parseBackupConfig(env: Environment): BackupConfig {
  const problems: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const plain = attempt(() => parseEnvironment(Variables, env));
  const identity = attempt(() => readIdentity(env['BACKUP_AGE_IDENTITY_FILE']));
  const s3Secret = attempt(() => readS3Secret(env['BACKUP_S3_SECRET_ACCESS_KEY_FILE']));
  const s3 = plain && attempt(() => parseS3(plain, s3Secret ?? ''));
  const recipients = attempt(() => parseRecipients(env['BACKUP_AGE_RECIPIENTS'] ?? ''));
  if (plain === undefined || problems.length > 0) throw new ConfigurationError(problems);
  const { DB_PATH: gateway, DATA_DIR: worker } = plain;
  return {
    environment: plain.NODE_ENV,
    logLevel: plain.LOG_LEVEL,
    directory: plain.BACKUP_DIR,
    databases: {
      ...(gateway === undefined ? {} : { gateway }),
      ...(worker === undefined ? {} : { sessions: join(worker, 'sessions.db') }),
    },
    retention: {
      hourly: plain.BACKUP_KEEP_HOURLY,
      daily: plain.BACKUP_KEEP_DAILY,
      weekly: plain.BACKUP_KEEP_WEEKLY,
    },
    recipients: recipients ?? [],
    identity,
    s3,
  };
}

/** @param config as parsed; put together for one command */
export function openBackups(config: BackupConfig, own: { release: string; clock: Clock }): Backups {
  const { directory, databases, retention, recipients } = config;
  const offsite = openOffsite(config, own.clock);
  return new Backups({ directory, databases, retention, recipients, offsite, ...own });
}

export function openOffsite({ s3 }: BackupConfig, clock: Clock): Offsite | undefined {
  if (s3 === undefined) return undefined;
  const { prefix, ...options } = s3;
  return new Offsite(new S3({ ...options, clock }), prefix);
}

/**
 * The first line of the file that is a key; age writes comments above it.
 * @throws ConfigurationError
 */
export function readIdentity(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return undefined;
  const variable = 'BACKUP_AGE_IDENTITY_FILE';
  const lines = readSecretFile(path, variable).toString('utf8').split('\n');
  const key = lines.map((line) => line.trim()).find((line) => line.startsWith('AGE-SECRET-KEY-'));
  if (key !== undefined) return key;
  throw new ConfigurationError([`${variable}: ${path} holds no AGE-SECRET-KEY-…`]);
}

function parseRecipients(text: string): string[] {
  const recipients = text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  const problems = recipients.flatMap((each) => {
    const wrong = wrongRecipient(each);
    return wrong === undefined ? [] : [`BACKUP_AGE_RECIPIENTS: ${JSON.stringify(each)}: ${wrong}`];
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
  return recipients;
}

/** @throws ConfigurationError */
function readS3Secret(path: string | undefined): string | undefined {
  if (path === undefined || path === '') return undefined;
  const variable = 'BACKUP_S3_SECRET_ACCESS_KEY_FILE';
  if (!isAbsolute(path)) throw new ConfigurationError([`${variable} must be an absolute path`]);
  return readSecretFile(path, variable).toString('utf8').trim();
}

/** All of it or nothing. @param secretAccessKey as its file holds it; what is wrong with that is told apart */
function parseS3(plain: Static<typeof Variables>, secretAccessKey: string): S3Config | undefined {
  const { BACKUP_S3_ENDPOINT: endpoint, BACKUP_S3_BUCKET: bucket } = plain;
  const { BACKUP_S3_ACCESS_KEY_ID: accessKeyId, BACKUP_S3_SECRET_ACCESS_KEY_FILE: file } = plain;
  const needed = { endpoint, bucket, accessKeyId, file };
  if (Object.values(needed).every((value) => value === undefined)) return undefined;
  if (!endpoint || !bucket || !accessKeyId || !file) {
    const names = ['ENDPOINT', 'BUCKET', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY_FILE'];
    const rule = names.map((name) => `BACKUP_S3_${name}`).join(', ');
    throw new ConfigurationError([`BACKUP_S3_…: either none or all of ${rule} must be set`]);
  }
  const { hostname, protocol } = new URL(endpoint);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol === 'http:' && !isLocal) {
    throw new ConfigurationError(['BACKUP_S3_ENDPOINT must be https beyond loopback']);
  }
  const { BACKUP_S3_REGION: region, BACKUP_S3_PREFIX: prefix } = plain;
  return { endpoint, bucket, region, prefix, accessKeyId, secretAccessKey };
}
