/** The process itself: its exit codes, what it prints, and that it serves what it says. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, exited };
}

async function startGateway() {
  const directory = await temporaryDirectory();
  const file = async (name: string) => {
    await writeFile(join(directory, name), randomBytes(32).toString('hex'), { mode: 0o600 });
    return join(directory, name);
  };
  const { child, exited } = start({
    PORT: '0',
    DRAIN_MS: '0',
    DB_PATH: join(directory, 'gateway.db'),
    WORKER_SOCKET: join(directory, 'worker.sock'),
    WORKER_KEY_FILE: await file('worker.key'),
    JWT_SECRET_FILE: await file('jwt.keys'),
    WEB_ROOT: directory,
  });
  const events = new Map<string, string>();
  for await (const line of createInterface(child.stdout)) {
    const { event, url } = JSON.parse(line) as { event?: string; url?: string };
    if (event !== undefined && url !== undefined) events.set(event, url);
    if (event === 'setup') break;
  }
  const url = new URL(events.get('listening') ?? '');
  return { child, exited, url, setupUrl: new URL(events.get('setup') ?? '') };
}

test('a bad environment ends it with 78 and every problem in words, one a line', async () => {
  const { child, exited } = start({ PORT: 'x', TRUST_PROXY: 'true' });
  const [[code], printed, logged] = await Promise.all([
    exited,
    text(child.stderr),
    text(child.stdout),
  ]);
  expect(code).toBe(78);
  expect(logged).toBe('');
  const lines = printed.trim().split('\n');
  expect(lines.map((line) => line.split(' ').slice(0, 2).join(' ')).toSorted()).toEqual([
    'gateway: DB_PATH',
    'gateway: JWT_SECRET_FILE',
    'gateway: PORT',
    'gateway: TRUST_PROXY',
    'gateway: WORKER_KEY_FILE',
    'gateway: WORKER_SOCKET',
  ]);
});

test('it says where it listens, prints the setup link, serves both and stops cleanly', async () => {
  const { child, exited, url, setupUrl } = await startGateway();
  const state = await fetch(new URL('/api/setup', url));
  expect([state.status, await state.json()]).toEqual([200, { isNeeded: true }]);

  expect(setupUrl.pathname).toBe('/setup');
  const token = new URLSearchParams(setupUrl.hash.slice(1)).get('token');
  const made = await fetch(new URL('/api/setup', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url.origin },
    body: JSON.stringify({ token, name: 'olivia', password: 'Seven tidy otters whistle' }),
  });
  expect(made.status).toBe(201);

  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

/** @returns the status line that the server answers a hand-written request with */
async function rawRequest(url: URL, lines: readonly string[]): Promise<string> {
  const socket = connect(Number(url.port), url.hostname);
  socket.end([...lines, '', ''].join('\r\n'));
  return (await text(socket)).split('\r\n')[0] ?? '';
}

test('S2: requests that no browser sends, but a proxy may read otherwise, are refused', async () => {
  const { url } = await startGateway();
  const host = `Host: ${url.host}`;
  const ask = (...lines: string[]) => rawRequest(url, [...lines, 'Connection: close']);
  expect(await ask('GET /api/setup HTTP/1.1', host)).toContain('200');
  expect(await ask('GET /api/setup HTTP/1.1', host, 'Host: evil.test')).toMatch(/400|421/);
  expect(await ask('GET /api/setup HTTP/1.1', 'Host: evil.test', host)).toMatch(/400|421/);
  expect(await ask('GET /api/setup HTTP/1.1')).toMatch(/400|421/);
  expect(await ask('GET http://evil.test/api/setup HTTP/1.1', host)).toMatch(/400|421/);
  expect(await ask(`GET http://${url.host}/api/setup HTTP/1.1`, 'Host: evil.test')).toContain(
    '421',
  );
  expect(await ask('GET /api/setup HTTP/1.0')).toContain('421');
});

test('S1: an upgrade is judged before it is accepted', async () => {
  const { url } = await startGateway();
  const path = '/api/sessions/01JD0000000000000000000000/terminal';
  const upgrade = async (headers: Record<string, string>): Promise<number | undefined> => {
    const asked = request(new URL(path, url), {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
        ...headers,
      },
    });
    asked.end();
    const [answer] = (await Promise.race([once(asked, 'response'), once(asked, 'upgrade')])) as [
      { statusCode?: number; destroy(): void },
    ];
    answer.destroy();
    return answer.statusCode;
  };
  const origins = ['null', 'http://evil.test', `${url.origin}.evil.test`, `https://${url.host}`];
  expect(await upgrade({})).toBe(403);
  for (const origin of origins) expect(await upgrade({ origin })).toBe(403);
  const ours = { origin: url.origin };
  expect(await upgrade({ ...ours, host: 'evil.test' })).toBe(421);
  expect(await upgrade({ ...ours, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await upgrade(ours)).toBe(401);
  expect(await upgrade({ ...ours, cookie: 'access=forged' })).toBe(401);
});
