/** Looking for a past conversation, and going on with it. */
import { DashboardError } from '@dashboard/protocol/errors';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { apiThat } from '../api/api.fixture.ts';
import { aSession } from '../fleet/sessions.fixture.ts';
import { PastConversations } from './past.svelte.ts';

const aConversation = (id: string, title: string | null = `about ${id}`) => ({
  ...{ id, title, profile: 'claude', directory: '/srv/shop', firstPrompt: 'Mend it' },
  ...{ lastPrompt: 'And on', prompts: 2, isCut: false, lastAtMs: 1, openIn: null },
});
const ids = ({ found }: PastConversations) => found.map(({ id }) => id);

test('what is typed is looked for once typing pauses, and a late answer to older words is dropped', async () => {
  const clock = new ManualClock();
  const first = Promise.withResolvers<unknown>();
  const { api, asked } = apiThat(({ line }) =>
    line.includes('q=mend')
      ? { conversations: [aConversation('wanted')], next: null }
      : first.promise,
  );
  const past = new PastConversations(api, clock);
  const looking = past.look();
  for (const q of ['m', 'me', 'mend']) past.q = q;
  clock.advance(300);
  await expect.poll(() => ids(past)).toEqual(['wanted']);
  first.resolve({ conversations: [aConversation('stale')], next: null });
  await looking;
  expect(ids(past)).toEqual(['wanted']);
  expect(asked).toHaveLength(2);
  past.q = 'never';
  past.stop();
  clock.advance(1_000);
  expect(asked).toHaveLength(2);
});

test('pages that are short are followed by the next, until there is something to see', async () => {
  const { api } = apiThat(({ line }) => {
    const at = Number(/after=(\d+)/.exec(line)?.[1] ?? 0);
    const count = at < 3 ? 1 : 30;
    const page = Array.from({ length: count }, (_, each) => aConversation(`c${at}-${each}`));
    return { conversations: page, next: at < 4 ? `${at + 1}.x` : null };
  });
  const past = new PastConversations(api, new ManualClock());
  await past.look();
  expect(past.found).toHaveLength(33);
  expect(past.hasMore).toBe(true);
  await past.more();
  expect(past.found).toHaveLength(63);
  expect(past.hasMore).toBe(false);
});

test('one is gone on with under its own name, and pressed again it is the same session', async () => {
  let answer: unknown = new DashboardError('deadline_exceeded', 'lost');
  const { api, asked } = apiThat(() => answer);
  const past = new PastConversations(api, new ManualClock());
  const one = aConversation('one');
  expect(await past.goOn(one, new Set())).toBeUndefined();
  expect(past.failure).toBeDefined();
  answer = aSession();
  expect(await past.goOn(one, new Set())).toBeDefined();
  const keys = asked.map(({ headers }) => headers.get('idempotency-key'));
  expect(keys[0]).toBe(keys[1]);
  expect(asked[1]?.body).toEqual({
    ...{ name: 'about one', profile: 'claude', directory: '/srv/shop', conversation: 'one' },
  });
  answer = new DashboardError('conversation_open', 'open');
  await past.goOn(one, new Set(['about one', 'shop']));
  expect(asked[2]?.body).toMatchObject({ name: 'shop 2' });
  await past.goOn(one, new Set());
  expect(asked[3]?.headers.get('idempotency-key')).not.toBe(keys[0]);
});
