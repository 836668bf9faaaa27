/** S1–S5: who may open a terminal. Every refusal comes before 101, with its status and its code. */
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { makeSessionId, parseViewerId, type SessionId } from '@dashboard/protocol/ids';
import { REST, TERMINAL_PATH, type Endpoint } from '@dashboard/protocol/rest';
import { beforeAll, expect, test } from 'vitest';
import { sharedStack } from './shared-stack.ts';
import { upgrade, webSocketHeaders, type UpgradeAnswer } from './upgrade.ts';

const stack = sharedStack({
  engine: 'pty',
  gatewayEnv: { LOG_LEVEL: 'trace', RATE_LIMIT_MAX_REQUESTS: '100000' },
  workerEnv: { LOG_LEVEL: 'trace' },
});
let session: SessionId;

beforeAll(async () => {
  ({ id: session } = await stack().owner.startSession({ directory: stack().projects }));
});

async function ticketOf(api: ApiClient, id: SessionId = session): Promise<string> {
  const body = { viewerId: parseViewerId(randomUUID()), mode: 'control' } as const;
  return (await api.call('createTicket', { params: { id }, body })).ticket;
}

interface Knock {
  readonly by?: ApiClient;
  /** Replaces the header of this name; null leaves it out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly more?: readonly (readonly [string, string])[];
  readonly ticket?: string;
  readonly path?: string;
  readonly requestLine?: string;
}

/** What the page sends, but for what a test changes. */
async function knock(wish: Knock = {}): Promise<UpgradeAnswer> {
  const { by = stack().owner, path = `/api/sessions/${session}/terminal` } = wish;
  const usual: Record<string, string | null> = {
    Host: new URL(stack().url).host,
    Origin: stack().url,
    Cookie: by.cookieHeader,
    'Sec-WebSocket-Protocol': `dashboard.v1, ticket.${wish.ticket ?? 'none'}`,
    ...wish.headers,
  };
  const headers = Object.entries(usual).filter((one): one is [string, string] => one[1] !== null);
  return await upgrade(stack().url, {
    path,
    headers: [...headers, ...webSocketHeaders(), ...(wish.more ?? [])],
    ...(wish.requestLine === undefined ? {} : { requestLine: wish.requestLine }),
  });
}

test('a login, a ticket and our own page open a terminal, and the answer repeats no ticket', async () => {
  const ticket = await ticketOf(stack().owner);
  const offers = [['Sec-WebSocket-Extensions', 'permessage-deflate']] as const;
  const { status, headers } = await knock({ ticket, more: offers });
  expect(status).toBe(101);
  expect(headers.get('sec-websocket-protocol')).toBe('dashboard.v1');
  expect(headers.has('sec-websocket-extensions')).toBe(false);
  expect([...headers.values()].join()).not.toContain(ticket);
});

test('S1: a foreign Origin is refused, whatever it looks like, and uses up no ticket', async () => {
  const ticket = await ticketOf(stack().owner);
  const { port } = new URL(stack().url);
  const foreign: (string | null)[] = [
    ...[null, '', 'null', 'file://', 'http://evil.test', `http://evil.test:${port}`],
    ...[`https://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`, `HTTP://127.0.0.1:${port}`],
    ...['http://127.0.0.1', `http://127.0.0.1:${Number(port) + 1}`, `http://127.0.0.1:${port}0`],
    ...[
      `http://sub.localhost:${port}`,
      `http://localhost.:${port}`,
      `http://localhost.evil.test:${port}`,
    ],
    ...[`http://127.0.0.1:${port}.evil.test`, `http://127.0.0.1:${port}@evil.test`],
    ...[`http://evil@127.0.0.1:${port}`, `http://127.1:${port}`, `http://2130706433:${port}`],
    ...[`http://127.0.0.1:${port}/`, `http://127.0.0.1:${port}/x`, `http://127.0.0.1:${port}#`],
    ...[`${stack().url} http://evil.test`, `${stack().url}, ${stack().url}`],
  ];
  for (const origin of foreign) {
    const { status, code } = await knock({ ticket, headers: { Origin: origin } });
    expect([origin, status, code]).toEqual([origin, 403, 'foreign_origin']);
  }
  const twice = await knock({ ticket, more: [['Origin', 'http://evil.test']] });
  expect(twice).toMatchObject({ status: 403, code: 'foreign_origin' });
  expect(await knock({ ticket })).toMatchObject({ status: 101 });
});

test('S1: no address of ours is upgraded for a foreign page', async () => {
  const { port } = new URL(stack().url);
  const foreign = [
    ...[null, '', 'null', 'http://evil.test', `http://evil.test:${port}`],
    ...[`https://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`, 'http://127.0.0.1'],
    ...[`http://127.0.0.1:${Number(port) + 1}`, `http://127.0.0.1:${port}.evil.test`],
    ...[`http://evil@127.0.0.1:${port}`, `http://127.0.0.1:${port}/`, 'file://', 'about:blank'],
  ];
  const paths = Object.values<Endpoint>(REST).map(({ path }) => path.replace(/:\w+/g, session));
  for (const path of new Set([...paths, TERMINAL_PATH.replace(':id', session), '/', '/ws'])) {
    for (const origin of foreign) {
      const { status, code } = await knock({ path, headers: { Origin: origin } });
      expect([path, origin, status, code]).toEqual([path, origin, 403, 'foreign_origin']);
    }
  }
});

test('S1: what the browser says of the page counts too', async () => {
  const ticket = await ticketOf(stack().owner);
  for (const site of ['cross-site', 'same-site', 'none']) {
    const answer = await knock({ ticket, headers: { 'Sec-Fetch-Site': site } });
    expect(answer).toMatchObject({ status: 403, code: 'foreign_origin' });
  }
});

test('S2: a name that was rebound to our address is not ours, and uses up no ticket', async () => {
  const ticket = await ticketOf(stack().owner);
  const { port } = new URL(stack().url);
  const foreign = [
    ...['evil.test', `evil.test:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`],
    ...[
      `localhost.:${port}`,
      `a@127.0.0.1:${port}`,
      `127.0.0.1:${port}.evil.test`,
      `127.1:${port}`,
    ],
  ];
  for (const host of foreign) {
    const more = [['X-Forwarded-Host', `127.0.0.1:${port}`]] as const;
    const { status, code } = await knock({ ticket, more, headers: { Host: host } });
    expect([host, status, code]).toEqual([host, 421, 'foreign_host']);
  }
  const path = `/api/sessions/${session}/terminal`;
  const absolute = `GET http://evil.test${path} HTTP/1.1`;
  expect(await knock({ ticket, requestLine: absolute })).toMatchObject({ status: 421 });
  expect(await knock({ ticket, more: [['Host', 'evil.test']] })).not.toMatchObject({ status: 101 });
  expect(await knock({ ticket, headers: { Host: null } })).toMatchObject({ status: 421 });
  expect(await knock({ ticket })).toMatchObject({ status: 101 });
});

test('S3: without a live login there is no terminal, even with a ticket', async () => {
  const ticket = await ticketOf(stack().owner);
  const cookie = stack().owner.cookieHeader;
  const [, token = ''] = /access=([^;]+)/.exec(cookie) ?? [];
  const broken = [null, '', 'access=', 'access=x.y.z', cookie.replace(token, `${token}x`)];
  for (const value of [...broken, `refresh=${token}`]) {
    const { status, code } = await knock({ ticket, headers: { Cookie: value } });
    expect([value, status, code]).toEqual([value, 401, 'unauthenticated']);
  }
});

test('S4: a ticket is for one login, one session and one try', async () => {
  const { owner, projects } = stack();
  const other = await owner.startSession({ directory: projects });
  const ben = await owner.invite('ben', 'operator');
  const refused = { status: 401, code: 'invalid_ticket' };
  const spent = await ticketOf(owner);
  expect(await knock({ ticket: spent })).toMatchObject({ status: 101 });
  expect(await knock({ ticket: spent })).toMatchObject(refused);
  const stolen = await ticketOf(owner);
  expect(await knock({ ticket: stolen, by: ben })).toMatchObject(refused);
  expect(await knock({ ticket: stolen })).toMatchObject(refused);
  expect(await knock({ ticket: await ticketOf(owner, other.id) })).toMatchObject(refused);
  for (const ticket of ['', 'none', 'A'.repeat(43), '../../x']) {
    expect(await knock({ ticket })).toMatchObject(refused);
  }
  expect(await knock({ headers: { 'Sec-WebSocket-Protocol': 'dashboard.v1' } })).toMatchObject(
    refused,
  );
});

test('S4: of a thousand who use one ticket at the same moment one gets in', async () => {
  const ticket = await ticketOf(stack().owner);
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, async () => await knock({ ticket })),
  );
  expect(answers.filter(({ status }) => status === 101)).toHaveLength(1);
  expect(answers.filter(({ code }) => code === 'invalid_ticket')).toHaveLength(999);
});

test('a socket that does not speak our protocol is refused with the one that we speak', async () => {
  const ticket = await ticketOf(stack().owner);
  const foreign = [
    null,
    'dashboard.v2',
    'Dashboard.v1',
    'dashboard.v1x',
    `ticket.${ticket}`,
    'chat',
  ];
  for (const protocol of foreign) {
    const { status, code } = await knock({ headers: { 'Sec-WebSocket-Protocol': protocol } });
    expect([protocol, status, code]).toEqual([protocol, 426, 'unsupported_version']);
  }
});

test('an address that names no session is refused', async () => {
  const ticket = await ticketOf(stack().owner);
  const unknown = makeSessionId(0, new Uint8Array(16));
  const at = async (id: string): Promise<UpgradeAnswer> =>
    await knock({ ticket, path: `/api/sessions/${id}/terminal` });
  for (const id of ['x', session.toLowerCase(), `${session}0`, '..%2f..', '%00', "'%20or%201"]) {
    expect([id, await at(id)]).toMatchObject([id, { status: 400, code: 'invalid_request' }]);
  }
  expect(await at('A'.repeat(65))).toMatchObject({ status: 404, code: 'not_found' });
  // The last: only here is a ticket looked at, and it is for another session.
  expect(await at(unknown)).toMatchObject({ status: 401, code: 'invalid_ticket' });
  const asking = ticketOf(stack().owner, unknown);
  await expect(asking).rejects.toMatchObject({ code: 'session_not_found' });
});

test('a query that is none of a terminal is refused and uses up no ticket', async () => {
  const ticket = await ticketOf(stack().owner);
  const malformed = [
    ...['cols=0&rows=1', 'cols=-1', 'cols=abc', 'cols=99999', 'cols=1.5', 'cols=', 'rows=0x10'],
    ...['cols=80&cols=90', 'cols[]=80', 'epoch=-1', 'epoch=1e3', 'offset=99999999999999999'],
    ...[`ticket=${ticket}`, 'token=x', '__proto__=1', 'constructor=1'],
  ];
  for (const query of malformed) {
    const answer = await knock({ ticket, path: `/api/sessions/${session}/terminal?${query}` });
    expect([query, answer]).toMatchObject([query, { status: 400, code: 'invalid_request' }]);
  }
  const path = `/api/sessions/${session}/terminal?cols=9999&rows=9999&epoch=1&offset=9007199254740993`;
  expect(await knock({ ticket, path })).toMatchObject({ status: 101 });
});

test('an upgrade anywhere else leads nowhere', async () => {
  const ticket = await ticketOf(stack().owner);
  for (const path of ['/', '/api/me', '/api/events', '/api/sessions', '/ws', '/api/nothing']) {
    expect([path, await knock({ ticket, path })]).not.toMatchObject([path, { status: 101 }]);
  }
  const path = `/api/sessions/${session}/terminal`;
  const posted = await knock({ ticket, requestLine: `POST ${path} HTTP/1.1` });
  expect(posted.status).toBeGreaterThanOrEqual(400);
});

test('a broken WebSocket handshake is answered, and not left open', async () => {
  for (const [name, value] of [
    ['Sec-WebSocket-Version', '7'],
    ['Sec-WebSocket-Key', 'short'],
  ] as const) {
    const ticket = await ticketOf(stack().owner);
    const kept = webSocketHeaders().filter(([one]) => one !== name);
    const headers: [string, string][] = [
      ['Host', new URL(stack().url).host],
      ['Origin', stack().url],
      ['Cookie', stack().owner.cookieHeader],
      ['Sec-WebSocket-Protocol', `dashboard.v1, ticket.${ticket}`],
      ...kept,
      [name, value],
    ];
    const path = `/api/sessions/${session}/terminal`;
    expect((await upgrade(stack().url, { path, headers })).status).toBe(400);
  }
});

test('S5: no ticket stands in any line of a log, not even in the most talkative one', async () => {
  const tickets = await Promise.all([1, 2, 3].map(async () => await ticketOf(stack().owner)));
  const [good = '', inQuery = '', stolen = ''] = tickets;
  await knock({ ticket: good });
  await knock({ ticket: good });
  await knock({ ticket: stolen, headers: { Origin: 'http://evil.test' } });
  await knock({ path: `/api/sessions/${session}/terminal?ticket=${inQuery}` });
  const { gateway, worker } = stack();
  const lines = JSON.stringify([gateway.entries, gateway.stderr, worker.entries, worker.stderr]);
  expect(lines).toContain('/api/sessions/:id/terminal');
  for (const ticket of tickets) expect(lines).not.toContain(ticket);
});
