/** S9: how many terminals one login may hold open, what the next one is told, and that nobody else is. */
import type { SessionId } from '@dashboard/protocol/ids';
import { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { RELAYS_PER_LOGIN_MAX } from '../src/relay/limits.ts';
import { sharedStack } from './shared-stack.ts';

const stack = sharedStack({ engine: 'pty', gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' } });

test('S9: one more than the limit is refused until one leaves', { timeout: 60_000 }, async () => {
  const { owner, projects, url } = stack();
  const { id } = await owner.startSession({ directory: projects });
  const opened: TerminalClient[] = [];
  for (let n = 0; n < RELAYS_PER_LOGIN_MAX; n++) opened.push(await attach(owner, id));
  expect(await isLetIn(owner, id)).toBe(false);
  expect(opened.filter(({ closeCode }) => closeCode !== undefined)).toEqual([]);

  const elsewhere = new ApiClient(url);
  await elsewhere.logIn(OWNER.name, OWNER.password);
  expect(await isLetIn(elsewhere, id)).toBe(true);

  opened.pop()?.close();
  await until(async () => await isLetIn(owner, id), { what: 'there is room again' });
});

async function attach(api: ApiClient, id: SessionId): Promise<TerminalClient> {
  const client = await new TerminalClient(api, id).attach();
  await client.waitForFrame('attached');
  return client;
}

async function isLetIn(api: ApiClient, id: SessionId): Promise<boolean> {
  const client = new TerminalClient(api, id);
  return await client.attach().then(
    () => true,
    () => false,
  );
}
