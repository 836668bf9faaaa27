/** S7: whatever ends a login or takes a role away closes its sockets within a second, 200 at once as well. */
import { randomUUID } from 'node:crypto';
import { ApiClient, GUEST_PASSWORD } from '@dashboard/testkit/api-client';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import type { LoginId, SessionId, UserId } from '@dashboard/protocol/ids';
import { beforeAll, expect, test } from 'vitest';
import { sharedStack } from './shared-stack.ts';

const stack = sharedStack({ engine: 'pty', gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' } });
const CLOSED_WITHIN_MS = 1_000;
const SOCKETS = 200;
const SOCKETS_PER_LOGIN = 50;
let session: SessionId;

beforeAll(async () => {
  const { owner, projects } = stack();
  ({ id: session } = await owner.startSession({ directory: projects }));
});

interface Guest {
  readonly name: string;
  readonly id: UserId;
  readonly loginId: LoginId;
  readonly api: ApiClient;
}

async function invite(): Promise<Guest> {
  const name = `guest-${randomUUID()}`;
  const api = await stack().owner.invite(name, 'operator');
  const { user, loginId } = await api.call('me');
  return { name, api, loginId, id: user.id };
}

async function again(name: string): Promise<ApiClient> {
  const api = new ApiClient(stack().url);
  await api.logIn(name, GUEST_PASSWORD);
  return api;
}

const password = { current: GUEST_PASSWORD, next: 'Forty grey herons stand' };
const ENDINGS: readonly (readonly [string, 4401 | 4403, (guest: Guest) => Promise<unknown>])[] = [
  ['logging out', 4401, async ({ api }) => await api.call('logout')],
  ['a removal', 4401, async ({ id }) => await stack().owner.call('removeUser', { params: { id } })],
  [
    'a demotion',
    4403,
    async ({ id }) =>
      await stack().owner.call('changeUser', { params: { id }, body: { role: 'observer' } }),
  ],
  [
    'an owner who ends the login',
    4401,
    async ({ loginId }) => await stack().owner.call('endLogin', { params: { id: loginId } }),
  ],
  [
    'the person, from another browser',
    4401,
    async ({ name }) => await (await again(name)).call('endOtherLogins'),
  ],
  [
    'another password',
    4401,
    async ({ name }) => await (await again(name)).call('changePassword', { body: password }),
  ],
];

test.each(ENDINGS)('S7: %s closes the terminal with %i', async (_how, code, end) => {
  const guest = await invite();
  const terminal = await new TerminalClient(guest.api, session).attach();
  await terminal.waitForFrame('attached');
  await end(guest);
  const endedAtMs = performance.now();
  expect(await terminal.waitForClose()).toBe(code);
  expect(performance.now() - endedAtMs).toBeLessThan(CLOSED_WITHIN_MS);
});

test(`S7: p99 of ${SOCKETS} sockets is within a second`, { timeout: 60_000 }, async () => {
  const guest = await invite();
  const terminals: TerminalClient[] = [];
  for (let n = 0; n < SOCKETS / SOCKETS_PER_LOGIN; n++) {
    const api = n === 0 ? guest.api : await again(guest.name);
    for (let m = 0; m < SOCKETS_PER_LOGIN; m++) {
      terminals.push(await new TerminalClient(api, session).attach());
    }
  }
  await Promise.all(terminals.map((terminal) => terminal.waitForFrame('attached')));
  const closed = terminals.map(async (terminal) => {
    expect(await terminal.waitForClose()).toBe(4401);
    return performance.now();
  });
  const startMs = performance.now();
  await stack().owner.call('removeUser', { params: { id: guest.id } });
  const tookMs = (await Promise.all(closed)).map((atMs) => atMs - startMs);
  const p99 = tookMs.toSorted((a, b) => a - b)[Math.ceil(SOCKETS * 0.99) - 1];
  expect(p99).toBeLessThan(CLOSED_WITHIN_MS);
});
