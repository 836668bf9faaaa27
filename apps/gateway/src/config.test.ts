/** S15, S53, S54: the environment, and everything that is wrong with it at once. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '@dashboard/runtime/config';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { describe, expect, test } from 'vitest';
import { parseGatewayConfig } from './config.ts';

async function goodEnvironment() {
  const directory = await temporaryDirectory();
  const secret = async (name: string, text = randomBytes(32).toString('hex')) => {
    await writeFile(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  return {
    NODE_ENV: 'production',
    DB_PATH: join(directory, 'gateway.db'),
    WORKER_SOCKET: join(directory, 'worker.sock'),
    WORKER_KEY_FILE: await secret('worker.key'),
    JWT_SECRET_FILE: await secret('jwt.keys'),
  };
}

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    parseGatewayConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

test('a few variables are enough; the others have defaults', async () => {
  const config = parseGatewayConfig(await goodEnvironment());
  expect(config).toMatchObject({
    environment: 'production',
    host: '127.0.0.1',
    port: 3000,
    allowedHosts: undefined,
    allowedOrigins: undefined,
    trustProxy: [],
    rateLimit: { windowMs: 60_000, requestsMax: 1_000 },
    logLevel: 'info',
  });
  expect(config.jwt.ttlMs).toBe(3_600_000);
  expect(config.release).toMatch(/^\d+\.\d+\.\d+/);
});

test('everything that is wrong is said at once, and no secret with it', async () => {
  const secret = randomBytes(16).toString('hex');
  const problems = problemsOf({
    NODE_ENV: 'prod',
    PORT: '70000',
    JWT_SECRET: secret,
    JWT_EXPIRES_IN: '2d',
    ALLOWED_HOSTS: 'https://dashboard.example.com',
    ALLOWED_ORIGINS: '*',
    TRUST_PROXY: 'true',
    RATE_LIMIT_MAX_REQUESTS: 'many',
    LOG_LEVEL: 'loud',
  });
  const named = problems.map((line) => line.split(/[ :]/)[0]);
  expect(named.toSorted()).toEqual([
    'ALLOWED_HOSTS',
    'ALLOWED_ORIGINS',
    'DB_PATH',
    'JWT_EXPIRES_IN',
    'JWT_SECRET',
    'LOG_LEVEL',
    'NODE_ENV',
    'PORT',
    'RATE_LIMIT_MAX_REQUESTS',
    'TRUST_PROXY',
    'WORKER_KEY_FILE',
    'WORKER_SOCKET',
  ]);
  expect(problems.join('\n')).not.toContain(secret);
});

describe('keys', () => {
  test('in production come from a file, never from a variable', async () => {
    const env = await goodEnvironment();
    const JWT_SECRET = randomBytes(48).toString('base64');
    expect(problemsOf({ ...env, JWT_SECRET })).toEqual([
      expect.stringContaining('JWT_SECRET is not read in production'),
    ]);
    const without = { ...env, JWT_SECRET_FILE: undefined };
    expect(problemsOf(without)).toEqual([expect.stringContaining('JWT_SECRET_FILE is missing')]);
    expect(problemsOf({ ...without, NODE_ENV: undefined })).toEqual([
      expect.stringContaining('JWT_SECRET_FILE is missing'),
    ]);
  });

  test('elsewhere may be in a variable, or are made for one run', async () => {
    const env = { ...(await goodEnvironment()), NODE_ENV: 'development', JWT_SECRET_FILE: '' };
    const bytes = randomBytes(48);
    const given = parseGatewayConfig({ ...env, JWT_SECRET: bytes.toString('base64') });
    expect(given.jwt.keys[0]?.bytes).toEqual(bytes);
    const [one, two] = [parseGatewayConfig(env), parseGatewayConfig(env)];
    expect(one.jwt.keys[0]?.bytes).not.toEqual(two.jwt.keys[0]?.bytes);
  });

  test.each([
    ['is missing', undefined, 0o600, 'cannot read the file'],
    ['is open to everybody', randomBytes(32).toString('hex'), 0o644, 'is open to everybody'],
    ['is weak', 'a'.repeat(64), 0o600, 'is not random'],
    ['is empty', '', 0o600, 'holds no key'],
  ])('whose file %s stop the start', async (...[, text, mode, expected]) => {
    const env = await goodEnvironment();
    const JWT_SECRET_FILE = `${env.JWT_SECRET_FILE}.other`;
    if (text !== undefined) await writeFile(JWT_SECRET_FILE, text, { mode });
    expect(problemsOf({ ...env, JWT_SECRET_FILE })).toEqual([expect.stringContaining(expected)]);
  });
});

test.each([
  ['60', 60_000],
  ['90s', 90_000],
  ['1m', 60_000],
  ['30m', 1_800_000],
  ['1h', 3_600_000],
  ['24h', 86_400_000],
])('JWT_EXPIRES_IN=%s is %d ms', async (text, ms) => {
  const env = await goodEnvironment();
  expect(parseGatewayConfig({ ...env, JWT_EXPIRES_IN: text }).jwt.ttlMs).toBe(ms);
});

test.each(['59', '0', '25h', '1d', '1 h', '-1h', '1e5', '1h30m', 'never'])(
  'JWT_EXPIRES_IN=%s is refused',
  async (text) => {
    const env = await goodEnvironment();
    expect(problemsOf({ ...env, JWT_EXPIRES_IN: text })).toEqual([
      expect.stringContaining('JWT_EXPIRES_IN must be'),
    ]);
  },
);

describe('a list', () => {
  test('of hosts, origins and proxies is read', async () => {
    const env = await goodEnvironment();
    const config = parseGatewayConfig({
      ...env,
      ALLOWED_HOSTS: 'Dashboard.example.com, [::1]:3000,10.0.0.1:8443,',
      ALLOWED_ORIGINS: 'https://dashboard.example.com,http://[::1]:3000',
      TRUST_PROXY: '10.0.0.5, 10.1.0.0/16,fd00::/8,::1',
    });
    expect(config.allowedHosts).toEqual(['dashboard.example.com', '[::1]:3000', '10.0.0.1:8443']);
    expect(config.allowedOrigins).toEqual(['https://dashboard.example.com', 'http://[::1]:3000']);
    expect(config.trustProxy).toEqual(['10.0.0.5', '10.1.0.0/16', 'fd00::/8', '::1']);
  });

  test.each([
    ['ALLOWED_HOSTS', '*'],
    ['ALLOWED_HOSTS', '*.example.com'],
    ['ALLOWED_HOSTS', 'example.com/path'],
    ['ALLOWED_HOSTS', 'a@example.com'],
    ['ALLOWED_HOSTS', 'example.com.'],
    ['ALLOWED_ORIGINS', 'null'],
    ['ALLOWED_ORIGINS', 'dashboard.example.com'],
    ['ALLOWED_ORIGINS', 'https://dashboard.example.com/'],
    ['ALLOWED_ORIGINS', 'https://*.example.com'],
    ['ALLOWED_ORIGINS', 'https://a@example.com'],
    ['ALLOWED_ORIGINS', 'file:///'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '::/0'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['TRUST_PROXY', '1'],
    ['TRUST_PROXY', 'proxy.example.com'],
  ])('%s=%s is refused', async (name, value) => {
    const env = await goodEnvironment();
    expect(problemsOf({ ...env, [name]: value })).toEqual([expect.stringContaining(name)]);
  });
});
