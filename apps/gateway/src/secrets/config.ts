/** The variables of `dashboard secrets`: from where, by which login, and into which directory. */
import {
  ConfigurationError,
  parseEnvironment,
  readAll,
  readSecretFile,
  type Environment,
} from '@dashboard/runtime/config';
import { Type, type Static } from 'typebox';
import { SECRETS_EVERY_MS } from './limits.ts';

const ADDRESS = '^(https://[^\\s/?#@]+|http://(127\\.0\\.0\\.1|localhost|\\[::1\\])(:[0-9]+)?)/?$';
const https = Type.String({ pattern: ADDRESS, description: 'https:, or http: on loopback' });

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
  SECRETS_PROVIDER: Type.Optional(Type.Union([Type.Literal('vault'), Type.Literal('aws')])),
  SECRETS_DIR: Type.Optional(
    Type.String({ pattern: '^/', description: 'absolute directory, as generate.sh makes it' }),
  ),
  SECRETS_EVERY_MS: Type.Integer({
    default: SECRETS_EVERY_MS,
    minimum: 1_000,
    maximum: 3_600_000,
  }),
  VAULT_ADDR: Type.Optional(https),
  VAULT_NAMESPACE: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._/-]+$' })),
  VAULT_SECRET_PATH: Type.String({
    default: 'secret/data/dashboard',
    pattern: '^[A-Za-z0-9._-]+/data/[A-Za-z0-9._/-]+$',
    description: 'of KV version 2: mount/data/path',
  }),
  VAULT_ROLE_ID: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._-]+$' })),
  VAULT_KUBERNETES_ROLE: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9._-]+$' })),
  AWS_REGION: Type.Optional(Type.String({ pattern: '^[a-z0-9-]+$' })),
  AWS_SECRET_ID: Type.String({ default: 'dashboard', pattern: '^[A-Za-z0-9/_+=.@:-]+$' }),
  AWS_ACCESS_KEY_ID: Type.Optional(Type.String({ pattern: '^[A-Z0-9]+$' })),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: Type.Optional(https),
});
type Variables = Static<typeof Variables>;

export interface VaultConfig {
  readonly kind: 'vault';
  readonly address: string;
  readonly namespace: string | undefined;
  readonly path: string;
  /** Files are read for each login: what is in them may be exchanged. */
  readonly login:
    | { readonly by: 'token'; readonly tokenFile: string }
    | { readonly by: 'approle'; readonly roleId: string; readonly secretIdFile: string }
    | { readonly by: 'kubernetes'; readonly role: string; readonly tokenFile: string };
}

export interface AwsConfig {
  readonly kind: 'aws';
  readonly endpoint: string;
  readonly region: string;
  readonly secretId: string;
  readonly accessKeyId: string;
  readonly secretAccessKeyFile: string;
}

export interface SecretsConfig {
  readonly environment: string;
  readonly logLevel: string;
  readonly directory: string;
  readonly everyMs: number;
  readonly provider: VaultConfig | AwsConfig;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** @returns undefined where secrets are files alone @throws ConfigurationError with all that is wrong */
export function parseSecretsConfig(env: Environment): SecretsConfig | undefined {
  const { plain, ...files } = readAll({
    plain: () => parseEnvironment(Variables, env),
    vaultToken: () => readable(env, 'VAULT_TOKEN_FILE'),
    vaultSecretId: () => readable(env, 'VAULT_SECRET_ID_FILE'),
    awsSecretAccessKey: () => readable(env, 'AWS_SECRET_ACCESS_KEY_FILE'),
  });
  if (plain.SECRETS_PROVIDER === undefined) return undefined;
  const provider = plain.SECRETS_PROVIDER === 'vault' ? vaultOf(plain, files) : awsOf(plain, files);
  return {
    environment: plain.NODE_ENV,
    logLevel: plain.LOG_LEVEL,
    directory: required(plain.SECRETS_DIR, 'SECRETS_DIR'),
    everyMs: plain.SECRETS_EVERY_MS,
    provider,
  };
}

interface Files {
  readonly vaultToken: string | undefined;
  readonly vaultSecretId: string | undefined;
  readonly awsSecretAccessKey: string | undefined;
}

function vaultOf(plain: Variables, files: Files): VaultConfig {
  return {
    kind: 'vault',
    address: required(plain.VAULT_ADDR, 'VAULT_ADDR').replace(/\/$/, ''),
    namespace: plain.VAULT_NAMESPACE,
    path: plain.VAULT_SECRET_PATH,
    login: loginOf(plain, files),
  };
}

function loginOf(plain: Variables, files: Files): VaultConfig['login'] {
  const { vaultToken: tokenFile, vaultSecretId: secretIdFile } = files;
  const { VAULT_ROLE_ID: roleId, VAULT_KUBERNETES_ROLE: role } = plain;
  if (role !== undefined) {
    return { by: 'kubernetes', role, tokenFile: tokenFile ?? SERVICE_ACCOUNT };
  }
  if (roleId !== undefined) {
    const file = required(secretIdFile, 'VAULT_SECRET_ID_FILE');
    return { by: 'approle', roleId, secretIdFile: file };
  }
  return { by: 'token', tokenFile: required(tokenFile, 'VAULT_TOKEN_FILE') };
}

function awsOf(plain: Variables, files: Files): AwsConfig {
  const region = required(plain.AWS_REGION, 'AWS_REGION');
  const endpoint = plain.AWS_ENDPOINT_URL_SECRETS_MANAGER;
  return {
    kind: 'aws',
    endpoint: endpoint ?? `https://secretsmanager.${region}.amazonaws.com`,
    region,
    secretId: plain.AWS_SECRET_ID,
    accessKeyId: required(plain.AWS_ACCESS_KEY_ID, 'AWS_ACCESS_KEY_ID'),
    secretAccessKeyFile: required(files.awsSecretAccessKey, 'AWS_SECRET_ACCESS_KEY_FILE'),
  };
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw new ConfigurationError([`${name} is missing (SECRETS_PROVIDER is set)`]);
}

function readable(env: Environment, name: string): string | undefined {
  const path = env[name];
  if (path === undefined || path === '') return undefined;
  readSecretFile(path, name); // now, so that a wrong name does not wait for the first login
  return path;
}
