/** Secrets from Vault and AWS: stand-ins that check shape, login and signature; changed, away at the start, away later. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createLogger } from '@dashboard/runtime/logger';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { CREDENTIALS, signatureOf } from '../../test/s3-stand-in.ts';
import { parseSecretsConfig } from './config.ts';
import { KeptSecrets } from './kept-secrets.ts';

const keys = (kid: string): string =>
  `${kid} ${createHash('sha256').update(kid).digest('base64url')}\n`;
const SECRETS = {
  'jwt.keys': keys('one'),
  'metrics.token': 'm'.repeat(40),
  'worker.key': 'ab'.repeat(32),
};
const EVERY_MS = 60_000;

interface Store {
  document: unknown;
  /** Answered instead, once each. */
  readonly failing: (() => { status: number; body: string })[];
}
interface Answer {
  readonly status: number;
  readonly body: unknown;
}
type Handler = (request: IncomingMessage, body: Buffer, store: Store) => Answer;

async function standIn(answer: Handler) {
  const store: Store = { document: SECRETS, failing: [] };
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const failed = store.failing.shift()?.();
      const { status, body: said } = failed ?? answer(request, body, store);
      response.writeHead(status).end(typeof said === 'string' ? said : JSON.stringify(said));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  return { store, close, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const LOGINS: Readonly<Record<string, Record<string, string>>> = {
  '/v1/auth/approle/login': { role_id: 'the-role', secret_id: 'the-id' },
  '/v1/auth/kubernetes/login': { role: 'the-pod', jwt: 's.root' },
};

const vault: Handler = ({ method, url = '', headers }, body, { document }) => {
  if (headers['x-vault-request'] !== 'true') return { status: 400, body: 'no X-Vault-Request' };
  const login = LOGINS[url];
  if (login !== undefined) {
    const isRight = method === 'POST' && body.toString() === JSON.stringify(login);
    return isRight
      ? { status: 200, body: { auth: { client_token: 's.of-the-role', lease_duration: 3600 } } }
      : { status: 400, body: { errors: ['invalid the-id'] } };
  }
  const token = String(headers['x-vault-token']);
  if (!['s.root', 's.of-the-role'].includes(token)) return { status: 403, body: { errors: [] } };
  if (method !== 'GET' || url !== '/v1/secret/data/dashboard') return { status: 404, body: '' };
  return { status: 200, body: { data: { data: document, metadata: { version: 2 } } } };
};

/** @param nowMs what it takes for the time */
const aws =
  (nowMs: () => number): Handler =>
  ({ method = '', url = '', headers }, body, { document }) => {
    const all = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, String(value)]),
    );
    const authorization =
      /Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=(\w+)/.exec(
        all['authorization'] ?? '',
      );
    const [, scope = '', signed = '', signature] = authorization ?? [];
    const digest = createHash('sha256').update(body).digest('hex');
    const request = { method, target: url, headers: { ...all, 'x-amz-content-sha256': digest } };
    const isFresh =
      all['x-amz-date'] === new Date(nowMs()).toISOString().replaceAll(/[:-]|\.\d{3}/g, '');
    if (!isFresh || !scope.endsWith('/eu-central-1/secretsmanager/aws4_request'))
      return { status: 400, body: { __type: 'InvalidSignatureException' } };
    if (signature !== signatureOf(request, scope, signed.split(';')))
      return { status: 400, body: { __type: 'InvalidSignatureException', message: 'wJalr' } };
    if (all['x-amz-target'] !== 'secretsmanager.GetSecretValue') return { status: 400, body: {} };
    const { SecretId } = JSON.parse(body.toString()) as { SecretId: string };
    if (SecretId !== 'dashboard')
      return {
        status: 400,
        body: { __type: 'com.amazonaws#ResourceNotFoundException', message: 'no wJalr' },
      };
    return { status: 200, body: { SecretString: JSON.stringify(document), VersionId: 'v' } };
  };

async function setUp(env: Record<string, string>, files: Record<string, string>) {
  const directory = await temporaryDirectory();
  await mkdir(join(directory, 'logins'));
  const named = await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const path = join(directory, 'logins', name);
      await writeFile(path, `${text}\n`, { mode: 0o600 });
      return [name, path] as const;
    }),
  );
  const into = join(directory, 'secrets');
  const base = { SECRETS_DIR: into, SECRETS_EVERY_MS: String(EVERY_MS) };
  const config = parseSecretsConfig({ ...base, ...env, ...Object.fromEntries(named) });
  if (config === undefined) throw new Error('no provider');
  const clock = new ManualClock();
  const log: string[] = [];
  const destination = { write: (line: string) => void log.push(line) };
  const logger = createLogger({
    service: 'secrets',
    release: '1',
    environment: 'test',
    level: 'info',
    destination,
  });
  const kept = new KeptSecrets(config, { clock, logger });
  onTestFinished(async () => kept.stop());
  return {
    kept,
    clock,
    log,
    read: async (file: string) => readFile(join(into, file), 'utf8'),
    into,
  };
}

const TOKEN = { VAULT_TOKEN_FILE: 's.root' };
const ofVault = (address: string) => ({ SECRETS_PROVIDER: 'vault', VAULT_ADDR: address });
const ofAws = (address: string) => ({
  SECRETS_PROVIDER: 'aws',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: address,
});
const AWS_KEY = { AWS_SECRET_ACCESS_KEY_FILE: CREDENTIALS.secretAccessKey };

test.each([
  ['a token', {}, TOKEN],
  ['AppRole', { VAULT_ROLE_ID: 'the-role' }, { VAULT_SECRET_ID_FILE: 'the-id' }],
  ['the service account of a pod', { VAULT_KUBERNETES_ROLE: 'the-pod' }, TOKEN],
])('Vault, by %s: files for who may read them', async (_by, env, files) => {
  const { address } = await standIn(vault);
  const { kept, read, into } = await setUp({ ...ofVault(address), ...env }, files);
  expect(await kept.once()).toHaveLength(5);
  expect(await read('gateway/jwt.keys')).toBe(SECRETS['jwt.keys']);
  expect(await read('worker/worker.key')).toBe(await read('gateway/worker.key'));
  expect((await stat(join(into, 'gateway/metrics.token'))).mode & 0o777).toBe(0o440);
  expect(await kept.once()).toEqual([]);
});

test('AWS: signed for its service, at the time', async () => {
  const now = { ms: 0 };
  const { address, store } = await standIn(aws(() => now.ms));
  const { kept, clock, read } = await setUp(ofAws(address), AWS_KEY);
  now.ms = clock.nowMs();
  expect(await kept.once()).toHaveLength(5);
  expect(await read('gateway/jwt.keys')).toBe(SECRETS['jwt.keys']);
  now.ms += 1_000_000;
  await expect(kept.once()).rejects.toThrow(/refuses: status 400, InvalidSignatureException$/);
  store.document = 'x';
});

test('what changes there is picked up; what cannot be had changes nothing, and is told once', async () => {
  const { address, store, close } = await standIn(vault);
  const { kept, clock, log, read } = await setUp(ofVault(address), TOKEN);
  await kept.start();
  const told = (event: string): number => log.filter((line) => line.includes(`"${event}"`)).length;
  const turn = async (): Promise<void> => {
    clock.advance(EVERY_MS);
    await Promise.resolve();
  };
  store.document = { ...SECRETS, 'jwt.keys': keys('two') + keys('one') };
  await turn();
  await until(async () => (await read('gateway/jwt.keys')).startsWith('two'), {
    what: 'the new key is there',
  });
  await until(() => told('secrets_written') === 2, { what: 'it is said' });

  for (const bad of [
    {},
    { ...SECRETS, 'jwt.keys': 'change me' },
    { ...SECRETS, 'worker.key': '12' },
    'text',
    null,
  ]) {
    store.document = bad;
    await expect(kept.once()).rejects.toThrow(/has no usable|not of its kind/);
  }
  await turn();
  await until(() => told('secrets_unreachable') === 1, { what: 'it is said that it is away' });
  store.failing.push(
    () => ({ status: 503, body: 'sealed' }),
    () => ({ status: 302, body: '' }),
  );
  await turn();
  await until(() => store.failing.length === 1, { what: 'it was asked again' });
  await expect(kept.once()).rejects.toThrow('Vault refuses: status 302');
  expect(told('secrets_unreachable')).toBe(1);
  store.document = { ...SECRETS, 'jwt.keys': keys('two') + keys('one') };
  await until(async () => (await turn(), told('secrets_reached') === 1), { what: 'it is back' });
  close();
  await turn();
  await until(() => told('secrets_unreachable') === 2, { what: 'it is away again' });
  expect(await read('gateway/jwt.keys')).toBe(keys('two') + keys('one'));
  expect(log.join('')).not.toMatch(/s\.root|mmmm|abab|one [\w-]{43}/);
});

test('a store that is busy for a moment at the start is asked again', async () => {
  const { address, store } = await standIn(vault);
  store.failing.push(() => ({ status: 503, body: 'sealed' }));
  const { kept, clock, read } = await setUp(ofVault(address), TOKEN);
  const started = kept.start();
  const isUp = { yet: false };
  void started.then(() => (isUp.yet = true));
  await until(() => (clock.advance(1_000), isUp.yet), { what: 'it has started' });
  expect(await read('gateway/jwt.keys')).toBe(SECRETS['jwt.keys']);
});

test('a store that is away at the start is one clear error, after a few tries, and leaves no file', async () => {
  const { address, close } = await standIn(vault);
  close();
  const { kept, clock, read } = await setUp(ofVault(address), TOKEN);
  const started = kept.start();
  const refused = expect(started).rejects.toThrow(/^Vault is not reached: ECONNREFUSED$/);
  const isOver = { yet: false };
  void started.catch(() => (isOver.yet = true));
  await until(() => (clock.advance(1_000), isOver.yet), { what: 'it gives up' });
  await refused;
  await expect(read('gateway/jwt.keys')).rejects.toThrow('ENOENT');
});

test.each([
  [{ SECRETS_PROVIDER: 'vault' }, /VAULT_ADDR is missing/],
  [{ SECRETS_PROVIDER: 'vault', VAULT_ADDR: 'https://v' }, /VAULT_TOKEN_FILE is missing/],
  [{ SECRETS_PROVIDER: 'vault', VAULT_ADDR: 'http://vault.example' }, /VAULT_ADDR/],
  [
    { SECRETS_PROVIDER: 'vault', VAULT_ADDR: 'https://v', VAULT_ROLE_ID: 'r' },
    /VAULT_SECRET_ID_FILE is missing/,
  ],
  [{ SECRETS_PROVIDER: 'aws' }, /AWS_REGION is missing/],
  [
    { SECRETS_PROVIDER: 'aws', AWS_REGION: 'x', AWS_ACCESS_KEY_ID: 'A' },
    /AWS_SECRET_ACCESS_KEY_FILE is missing/,
  ],
])('%o is refused in words', (env, words) => {
  expect(() => parseSecretsConfig({ SECRETS_DIR: '/s', ...env })).toThrow(words);
});

test('where no provider is named, secrets are files', () => {
  expect(parseSecretsConfig({})).toBeUndefined();
});
