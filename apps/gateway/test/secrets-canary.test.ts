/**
 * S39: S53: where the secrets of a running dashboard are, and that they are nowhere else: not in what sessions,
 * processes, tmux, logs and backups hold. Each is known here, and looked for by its text and by its bytes.
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '@dashboard/runtime/clock';
import { argvOf } from '@dashboard/testkit/process-figures';
import { OWNER, startStack, type Stack } from '@dashboard/testkit/stack';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { Receiver } from './receiver.ts';
import { CREDENTIALS, startStandIn } from './s3-stand-in.ts';

const CLI = join(import.meta.dirname, '../src/cli/main.ts');
const COMMAND_TIMEOUT_MS = 30_000;
const TEST_TIMEOUT_MS = 60_000;
const run = promisify(execFile);

/** What is secret, by what it is called here. */
type Secrets = Readonly<Record<string, string>>;

/** @returns names of those that are in it: as they are written, or as the bytes that they stand for */
function secretsIn(text: Uint8Array | string, secrets: Secrets): string[] {
  const bytes = Buffer.from(text);
  return Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => bytes.includes(form)))
    .map(([name]) => name);
}

function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret, /^[0-9a-f]+$/.test(secret) ? 'hex' : 'base64url');
  const written = [secret, bytes.toString('base64url'), Buffer.from(secret).toString('base64')];
  return [...written.map((text) => Buffer.from(text)), ...(bytes.length >= 16 ? [bytes] : [])];
}

function secretFile(directory: string, name: string, text: string): string {
  writeFileSync(join(directory, name), `${text}\n`, { mode: 0o600 });
  return join(directory, name);
}

/** Makes one of everything that a person gets or chooses, and has a session print what it was started with. */
async function useAll(stack: Stack, receiver: Receiver): Promise<Secrets> {
  const { owner, setupUrl, directory, projects } = stack;
  const { id } = await owner.startSession({ directory: projects });
  const viewer = new TerminalClient(owner, id);
  const ticket = await viewer.takeTicket();
  await viewer.attach(ticket);
  viewer.type('env; tr "\\0" "\\n" < /proc/$PPID/environ; echo done-$((40+2))\r');
  await viewer.waitForText('done-42');
  const { secret: webhook } = await owner.call('createWebhook', {
    body: {
      ...{ label: 'Team', format: 'json', kinds: ['lost'], hidesNames: false },
      url: `${receiver.origin}/hook`,
    },
  });
  const wrong = randomBytes(16).toString('hex');
  const refused = owner.call('login', { body: { name: OWNER.name, password: wrong } });
  await expect(refused).rejects.toThrow();
  const cookies = owner.cookieHeader.split('; ').map((pair) => pair.split('=')[1] ?? '');
  const vapid = readFileSync(join(directory, 'push-keys.json'), 'utf8');
  return {
    ...{
      ticket,
      webhook: (webhook ?? '').replace('whsec_', ''),
      wrongPassword: wrong,
      password: OWNER.password,
    },
    setupToken: setupUrl.split('token=')[1] ?? '',
    ...{ accessToken: cookies[0] ?? '', refreshToken: cookies[1] ?? '' },
    vapid: /"privateKey":"([^"]+)"/.exec(vapid)?.[1] ?? '',
    workerKey: readFileSync(join(directory, 'worker.key'), 'utf8').trim(),
    jwtKey: readFileSync(join(directory, 'jwt.keys'), 'utf8').trim().split(' ')[1] ?? '',
    printed: viewer.text,
  };
}

/** Environments and arguments of its processes, as the kernel shows them to this account. */
function processesOf({ worker, gateway, directory }: Stack): string {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const texts = all.map((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/environ`, 'utf8'), ...argvOf(pid)].join('\0');
    } catch {
      return ''; // of another account, or over
    }
  });
  const ours = texts.filter((text) => text.includes(directory));
  expect(all).toEqual(expect.arrayContaining([worker.pid, gateway.pid]));
  return ours.join('\0');
}

/** @returns file → names of secrets in it, for every file below */
function filesWith(directory: string, secrets: Secrets): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    const text = entry.name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    const names = secretsIn(text, secrets);
    if (names.length > 0) found[entry.name.replace(/-wal$/, '')] = names;
  }
  return found;
}

/** Two backups, plain and encrypted, with a bucket to go to. @returns what the command said */
async function backUp({ directory }: Stack, env: Record<string, string>): Promise<string> {
  const [DB_PATH, DATA_DIR] = [join(directory, 'gateway.db'), join(directory, 'worker')];
  const { stdout, stderr } = await run(process.execPath, [CLI, 'backup'], {
    env: { PATH: process.env['PATH'] ?? '', DB_PATH, DATA_DIR, ...env },
    timeout: COMMAND_TIMEOUT_MS,
  });
  return stdout + stderr;
}

test(
  'every secret is where it belongs, and nowhere else',
  async () => {
    const outside = await temporaryDirectory();
    const receiver = await Receiver.start();
    const metricsToken = randomBytes(32).toString('hex');
    const gatewayEnv = {
      METRICS_TOKEN_FILE: secretFile(outside, 'metrics.token', metricsToken),
      ALERT_PRIVATE_ORIGINS: receiver.origin,
      LOG_LEVEL: 'trace',
    };
    const stack = await startStack({ gatewayEnv, workerEnv: { LOG_LEVEL: 'trace' } });
    const { directory, gateway, worker, url } = stack;
    const headers = { authorization: `Bearer ${metricsToken}`, 'x-forwarded-for': '203.0.113.1' };
    expect((await fetch(new URL('/metrics', url), { headers })).status).toBe(200);
    const { printed = '', ...made } = await useAll(stack, receiver);
    const identity = await generateX25519Identity();
    const s3Secret = CREDENTIALS.secretAccessKey;
    const secrets: Secrets = { ...made, metricsToken, s3Secret, identity };
    expect(Object.entries(secrets).filter(([, secret]) => secret.length < 16)).toEqual([]);

    const [plain, sealed] = [await temporaryDirectory(), await temporaryDirectory()];
    const bucket = await startStandIn(() => systemClock.nowMs());
    const said = await Promise.all([
      backUp(stack, { BACKUP_DIR: plain }),
      backUp(stack, {
        BACKUP_DIR: sealed,
        BACKUP_AGE_RECIPIENTS: await identityToRecipient(identity),
        BACKUP_AGE_IDENTITY_FILE: secretFile(outside, 'age.key', identity),
        BACKUP_S3_ENDPOINT: bucket.endpoint,
        BACKUP_S3_BUCKET: 'bucket',
        BACKUP_S3_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        BACKUP_S3_SECRET_ACCESS_KEY_FILE: secretFile(outside, 's3.key', s3Secret),
      }),
    ]);
    const tmux = await run('tmux', [
      '-S',
      join(directory, 'run/tmux.sock'),
      'show-environment',
      '-g',
    ]);
    const processes = processesOf(stack);
    expect(processes).toContain('WORKER_KEY_FILE='); // it does see them

    const logs = [gateway, worker].map(({ entries, stderr }) => JSON.stringify(entries) + stderr);
    const places = {
      ...{ printed, tmux: tmux.stdout, processes, said: said.join('\n') },
      gatewayLog: logs[0] ?? '',
      workerLog: logs[1] ?? '',
    };
    const leaks = Object.entries(places).map(([place, text]) => [place, secretsIn(text, secrets)]);
    expect(Object.fromEntries(leaks)).toEqual({
      ...Object.fromEntries(Object.keys(places).map((place) => [place, []])),
      gatewayLog: ['setupToken'], // printed for the first owner, used up by now
    });
    expect(filesWith(directory, secrets)).toEqual({
      'worker.key': ['workerKey'],
      'jwt.keys': ['jwtKey'],
      'push-keys.json': ['vapid'],
      'gateway.db': ['webhook'], // in clear, for it signs with it: docs/SECURITY.md
    });
    expect(filesWith(plain, secrets)).toEqual({ 'gateway.db.gz': ['webhook'] });
    expect(filesWith(sealed, secrets)).toEqual({});
  },
  TEST_TIMEOUT_MS,
);
