/** S47, S6: what a role may do in a terminal, frame by frame; and S7: what it loses, within a second. */
import { randomUUID } from 'node:crypto';
import type { SessionId, UserId } from '@dashboard/protocol/ids';
import { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { beforeEach, describe, expect, test } from 'vitest';
import { EventStream } from './event-stream.ts';
import { sharedStack } from './shared-stack.ts';

const stack = sharedStack({ engine: 'pty', gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' } });
const REVOKED_WITHIN_MS = 1_000;
let session: SessionId;
let typist: TerminalClient;

beforeEach(async () => {
  const { owner, projects } = stack();
  ({ id: session } = await owner.startSession({ directory: projects }));
  typist = await new TerminalClient(owner, session).attach();
  typist.type('echo rea""dy; exec cat\r');
  await typist.waitForText('ready\r\n');
});

async function invite(role: 'observer' | 'operator'): Promise<{ api: ApiClient; id: UserId }> {
  const api = await stack().owner.invite(`guest-${randomUUID()}`, role);
  return { api, id: (await api.call('me')).user.id };
}

async function expectNothingTyped(client: TerminalClient): Promise<void> {
  expect(await client.waitForClose()).toBe(4403);
  expect(client.frames.at(-1)).toMatchObject({ type: 'closing', reason: 'revoked' });
  typist.type('after\r');
  await typist.waitForText('after\r\nafter\r\n');
  expect(typist.text).not.toContain('FORBIDDEN');
}

describe('S6: who only watches', () => {
  test.each([
    ['an observer, whatever was asked for', 'observer', 'control'],
    ['an operator who asked to view', 'operator', 'view'],
  ] as const)('%s sees everything and types nothing', async (_who, role, mode) => {
    const { api } = await invite(role);
    const watcher = await new TerminalClient(api, session, { mode }).attach();
    expect(await watcher.waitForFrame('attached')).toMatchObject({
      role: 'observer',
      isController: false,
    });
    typist.type('hello\r');
    await watcher.waitForText('hello\r\nhello\r\n');
    watcher.type('FORBIDDEN\r');
    await expectNothingTyped(watcher);
  });

  test('does not take control either', async () => {
    const { api } = await invite('observer');
    const watcher = await new TerminalClient(api, session).attach();
    watcher.send({ type: 'control', take: true });
    await expectNothingTyped(watcher);
    const last = typist.frames.findLast((frame) => frame.type === 'size');
    expect(last).toMatchObject({ isController: true, controller: OWNER.name });
  });

  test('may say how large the window is, which decides nothing', async () => {
    const { api } = await invite('observer');
    const size = { cols: 33, rows: 11 };
    const watcher = await new TerminalClient(api, session, { size }).attach();
    watcher.send({ type: 'resize', size });
    typist.send({ type: 'resize', size: { cols: 90, rows: 20 } });
    await until(async () => (await api.session(session)).size.cols === 90, { what: 'a resize' });
    expect(watcher.closeCode).toBeUndefined();
  });

  test('may not start, rename, end or forget sessions, nor look for directories', async () => {
    const { api } = await invite('observer');
    const params = { id: session };
    const refused = { code: 'forbidden' };
    const body = { name: 'x', profile: 'shell', directory: stack().projects };
    await expect(api.call('createSession', { body })).rejects.toMatchObject(refused);
    const renamed = api.call('renameSession', { params, body: { name: 'x' } });
    await expect(renamed).rejects.toMatchObject(refused);
    await expect(api.call('endSession', { params })).rejects.toMatchObject(refused);
    await expect(api.call('removeSession', { params })).rejects.toMatchObject(refused);
    await expect(api.call('listDirectory')).rejects.toMatchObject(refused);
    await expect(api.call('listProfiles')).rejects.toMatchObject(refused);
    expect((await api.call('listSessions')).sessions.map(({ id }) => id)).toContain(session);
  });
});

describe('S7: what was opened with a login closes within a second', () => {
  interface Loss {
    readonly code: number;
    readonly lose: (guest: { api: ApiClient; id: UserId }) => Promise<unknown>;
    /** Afterwards the login itself … */
    readonly isLoginAlive: boolean;
  }
  const { owner } = { owner: () => stack().owner };
  const losses: Readonly<Record<string, Loss>> = {
    'when it is ended': {
      code: 4401,
      lose: async ({ api }) => await api.call('logout'),
      isLoginAlive: false,
    },
    'when the person is made an observer': {
      code: 4403,
      lose: async ({ id }) =>
        await owner().call('changeUser', { params: { id }, body: { role: 'observer' } }),
      isLoginAlive: true,
    },
    'when the person is removed': {
      code: 4401,
      lose: async ({ id }) => await owner().call('removeUser', { params: { id } }),
      isLoginAlive: false,
    },
  };
  test.each(Object.entries(losses))('%s', async (_when, { code, lose, isLoginAlive }) => {
    const guest = await invite('operator');
    const cookies = guest.api.cookieHeader;
    const clients = await Promise.all(
      Array.from({ length: 20 }, async () => await new TerminalClient(guest.api, session).attach()),
    );
    const stream = await EventStream.open(guest.api);
    const ownersStream = await EventStream.open(owner());
    await Promise.all(clients.map(async (client) => await client.waitForFrame('attached')));
    const startedAt = performance.now();
    await lose(guest);
    for (const client of clients) {
      expect(await client.waitForClose()).toBe(code);
      expect(client.frames.at(-1)).toMatchObject({ type: 'closing', reason: 'revoked' });
    }
    await until(() => stream.isOver, { what: 'the stream of events ends' });
    expect(performance.now() - startedAt).toBeLessThan(REVOKED_WITHIN_MS);
    const response = await fetch(new URL('/api/me', stack().url), { headers: { cookie: cookies } });
    expect(response.status).toBe(isLoginAlive ? 200 : 401);
    expect([typist.closeCode, ownersStream.isOver]).toEqual([undefined, false]);
  });

  test('also when its socket is being opened at that very moment', { repeats: 10 }, async () => {
    const api = new ApiClient(stack().url);
    await api.logIn(OWNER.name, OWNER.password);
    const clients = Array.from({ length: 5 }, () => new TerminalClient(api, session));
    const opening = clients.map(async (client) => await client.attach().catch(() => undefined));
    await api.call('logout');
    await Promise.all(opening);
    for (const client of clients) {
      if (client.socket?.readyState !== 1 && client.closeCode === undefined) continue; // refused
      expect([4401, 1006]).toContain(await client.waitForClose(REVOKED_WITHIN_MS));
    }
    await until(async () => (await stack().owner.session(session)).viewers === 1, {
      what: 'only the typist is left',
    });
  });
});
