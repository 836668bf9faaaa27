/** S54: every variable refuses what it cannot use, in one clear line, all of them at once, with exit code 78. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configure, DAEMONS, keyFiles, namesOf } from './environment.ts';
import { ROOT } from './tree.ts';

const EXIT_BAD_CONFIGURATION = 78;
const BOOT_TIMEOUT_MS = 20_000;
const NO_FILE = '/nowhere/at/all';
const TOO_LONG_FOR_A_SOCKET = `/${'s'.repeat(120)}`;

/** The first of each is the one that is wrong together with all others. */
const BAD: Readonly<Record<string, readonly string[]>> = {
  NODE_ENV: ['prod', 'Production'],
  LOG_LEVEL: ['loud', 'INFO'],
  WORKER_KEY_FILE: [NO_FILE, '/'],
  WORKER_SOCKET: ['run/worker.sock'],
  DATA_DIR: ['data', './data'],
  RUNTIME_DIR: ['run', TOO_LONG_FOR_A_SOCKET],
  ALLOWED_PROJECT_ROOTS: ['projects', ':', '/fine:../not'],
  PROFILES_FILE: ['profiles.json', NO_FILE],
  SESSION_ENGINE: ['screen'],
  RESUME_LOST_SESSIONS: ['yes', 'ON'],
  SESSIONS_MAX: ['0', '501', '1.5', 'many', '-1'],
  SESSION_IDLE_TIMEOUT_MS: ['999', '-1', '604800001', '1h'],
  HOST: ['http://localhost', 'local host'],
  PORT: ['65536', '-1', 'http', '3000.5'],
  DB_PATH: ['gateway.db'],
  WEB_ROOT: ['build'],
  JWT_SECRET_FILE: [NO_FILE, '/'],
  JWT_EXPIRES_IN: ['never', '59s', '25h'],
  ALLOWED_HOSTS: ['*', 'https://a.example'],
  ALLOWED_ORIGINS: ['*', 'null', 'https://a.example/path'],
  TRUST_PROXY: ['true', '0.0.0.0/0'],
  METRICS_TOKEN_FILE: [NO_FILE],
  RATE_LIMIT_WINDOW_MS: ['999', '3600001', '1m'],
  RATE_LIMIT_MAX_REQUESTS: ['0', '1000001', 'none'],
  ALERT_PRIVATE_ORIGINS: ['*', 'ntfy.lan'],
  PUSH_CONTACT: ['somebody', 'http://a.example'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['collector:4318', 'https://key@collector.example'],
  OTEL_EXPORTER_OTLP_HEADERS_FILE: [NO_FILE, 'headers'],
  OTEL_TRACES_SAMPLER_ARG: ['1.1', '-0.1', 'always'],
  DRAIN_MS: ['-1', '8001', '5s'],
  BACKUP_DIR: ['backups'],
  BACKUP_KEEP_HOURLY: ['-1', '721'],
  BACKUP_KEEP_DAILY: ['-1', '3661'],
  BACKUP_KEEP_WEEKLY: ['-1', '521'],
  BACKUP_AGE_RECIPIENTS: ['age1', 'ssh-ed25519 AAAA'],
  BACKUP_AGE_IDENTITY_FILE: [NO_FILE],
  BACKUP_S3_ENDPOINT: ['s3.example.com', 'https://s3.example.com/bucket'],
  BACKUP_S3_BUCKET: ['Bucket', 'a/b'],
  BACKUP_S3_ACCESS_KEY_ID: ['AKIA EXAMPLE'],
  BACKUP_S3_SECRET_ACCESS_KEY_FILE: [NO_FILE, 'secret.key'],
  BACKUP_S3_REGION: ['EU west'],
  BACKUP_S3_PREFIX: ['no-slash', '/absolute/'],
  SECRETS_PROVIDER: ['consul', 'Vault'],
  SECRETS_DIR: ['secrets'],
  SECRETS_EVERY_MS: ['999', '3600001', '1m'],
  VAULT_ADDR: ['vault:8200', 'http://vault.example', 'https://token@vault.example'],
  VAULT_NAMESPACE: ['a b'],
  VAULT_SECRET_PATH: ['secret/dashboard', '/secret/data/x'],
  VAULT_TOKEN_FILE: [NO_FILE, 'token'],
  VAULT_ROLE_ID: ['a role'],
  VAULT_SECRET_ID_FILE: [NO_FILE],
  VAULT_KUBERNETES_ROLE: ['a role'],
  AWS_REGION: ['EU west'],
  AWS_SECRET_ID: ['a b'],
  AWS_ACCESS_KEY_ID: ['AKIA EXAMPLE'],
  AWS_SECRET_ACCESS_KEY_FILE: [NO_FILE],
  AWS_ENDPOINT_URL_SECRETS_MANAGER: ['http://aws.example', 'aws.example'],
  ENABLE_NGROK: ['yes', '1'],
  NGROK_AUTHTOKEN_FILE: ['token', NO_FILE],
  NGROK_USER: ['a:b'],
  NGROK_DOMAIN: ['https://a.example', 'A B'],
  NGROK_PASS_FILE: ['pass', NO_FILE],
};
/** Refused in production wherever they are set; main.test.ts and ngrok-config.test.ts see what they hold. */
const SECRETS_IN_VARIABLES = ['JWT_SECRET', 'NGROK_AUTHTOKEN', 'NGROK_PASS'];

const PROGRAMS = {
  gateway: ['apps/gateway/src/main.ts'],
  worker: ['apps/worker/src/main.ts'],
  backup: ['apps/gateway/src/cli/main.ts', 'backups'],
  ngrok: ['apps/gateway/src/cli/main.ts', 'check-ngrok'],
  secrets: ['apps/gateway/src/cli/main.ts', 'secrets'],
} as const;

/** The least that all of them run with. */
function goodEnvironment(): Record<string, string> {
  return {
    ...keyFiles(),
    WORKER_SOCKET: '/run/worker.sock',
    DATA_DIR: '/data',
    ALLOWED_PROJECT_ROOTS: '/projects',
    DB_PATH: '/data/gateway.db',
    BACKUP_DIR: '/backups',
  };
}

test('every variable has a value that is refused', () => {
  const all = new Set(DAEMONS.flatMap(namesOf));
  expect([...Object.keys(BAD), ...SECRETS_IN_VARIABLES].toSorted()).toEqual([...all].toSorted());
});

test.each(DAEMONS)('the $daemon names the one variable that is wrong, in one line', (daemon) => {
  const names = namesOf(daemon).filter((name) => BAD[name] !== undefined);
  const cases = names.flatMap((name) => (BAD[name] ?? []).map((value) => ({ name, value })));
  const good = goodEnvironment();
  const rest = { BACKUP_S3_ENDPOINT: 'https://s3.example.com', BACKUP_S3_BUCKET: 'bucket' };
  const key = {
    BACKUP_S3_ACCESS_KEY_ID: 'A',
    BACKUP_S3_SECRET_ACCESS_KEY_FILE: good['JWT_SECRET_FILE'],
  };
  const found = configure(
    daemon,
    cases.map(({ name, value }) => {
      const s3 = name.startsWith('BACKUP_S3') ? { ...rest, ...key } : {};
      return { ...good, ...s3, [name]: value };
    }),
  );
  const told = found.map((each) => ('problems' in each ? (each.problems as string[]) : []));
  const lines = cases.map(({ name }) =>
    expect.stringMatching(new RegExp(`^${name}[ :][^\\n]{8,300}$`)),
  );
  expect(cases.map((each, index) => ({ ...each, told: told[index] }))).toEqual(
    cases.map((each, index) => ({ ...each, told: [lines[index]] })),
  );
});

test.each(DAEMONS)(
  'a $daemon that finds everything wrong says it at once and exits with 78',
  (daemon) => {
    const [main, ...argv] = PROGRAMS[daemon.daemon as keyof typeof PROGRAMS];
    const names = namesOf(daemon).filter((name) => BAD[name] !== undefined);
    const env = Object.fromEntries(names.map((name) => [name, BAD[name]?.[0] ?? '']));
    const ran = spawnSync(process.execPath, [join(ROOT, main), ...argv], {
      env,
      timeout: BOOT_TIMEOUT_MS,
      encoding: 'utf8',
    });
    expect([ran.status, ran.stdout]).toEqual([EXIT_BAD_CONFIGURATION, '']);
    const lines = ran.stderr.trim().split('\n');
    const told = lines.map((line) => /^(?:gateway|worker|dashboard): ([A-Z0-9_]+)/.exec(line)?.[1]);
    expect(told.toSorted()).toEqual(names.toSorted());
  },
  BOOT_TIMEOUT_MS,
);
