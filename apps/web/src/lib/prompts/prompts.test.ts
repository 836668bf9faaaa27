/** What a tab knows of a queue, and what it keeps of what is being written. */
import { makeSessionId, parsePromptId, parseUserId } from '@dashboard/protocol/ids';
import { cleanPromptText, type QueuedPrompt } from '@dashboard/protocol/prompts';
import { expect, test } from 'vitest';
import { Api } from '../api/api.ts';
import { Draft } from './drafts.svelte.ts';
import { PromptQueue } from './prompt-queue.svelte.ts';
import { ACCEPTED_SHOWN_MS, shownPrompts } from './prompt-words.ts';

const SESSION = makeSessionId(0, new Uint8Array(16));
const ID = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';

function prompt(change: Partial<QueuedPrompt> = {}): QueuedPrompt {
  return {
    ...{ id: parsePromptId(ID), session: SESSION, text: 'fix it', state: 'queued', place: 1 },
    ...{ note: null, by: { userId: parseUserId(ID), name: 'Zoë' }, queuedAtMs: 0, sinceMs: 0 },
    ...change,
  };
}

test('a prompt whose queueing nobody confirmed is sent again as the same one', async () => {
  const asked: { id: string; text: string }[] = [];
  const answers = [503, 201, 201];
  const api = new Api({
    fetch: async (_input, init) => {
      const body = JSON.parse(typeof init?.body === 'string' ? init.body : '');
      asked.push(body);
      const status = answers[asked.length - 1] ?? 500;
      const reply = status === 201 ? prompt(body) : { code: 'worker_unavailable' };
      return await Promise.resolve(new Response(JSON.stringify(reply), { status }));
    },
  });
  const queue = new PromptQueue(api, SESSION);
  expect(await queue.queue('fix it')).toBe(false);
  expect(queue.failure).toBeDefined();
  expect(await queue.queue('fix it')).toBe(true);
  expect(await queue.queue('fix it')).toBe(true);
  expect(queue.failure).toBeUndefined();
  const [first, again, another] = asked.map(({ id }) => id);
  expect(again).toBe(first);
  expect(another).not.toBe(first);
});

test('events are taken in any order, and what was accepted is shown for a moment', () => {
  const queue = new PromptQueue(new Api({ fetch }), SESSION);
  queue.apply({ type: 'prompt', prompt: prompt({ state: 'accepted', sinceMs: 5 }) });
  queue.apply({ type: 'prompt', prompt: prompt({ state: 'sent', sinceMs: 4 }) });
  expect(queue.prompts.map(({ state }) => state)).toEqual(['accepted']);
  expect(shownPrompts(queue.prompts, 5 + ACCEPTED_SHOWN_MS - 1)).toHaveLength(1);
  expect(shownPrompts(queue.prompts, 5 + ACCEPTED_SHOWN_MS)).toHaveLength(0);
});

test('a draft is kept for its session, and a path is put behind it', () => {
  const kept = new Map<string, string>();
  const shelf = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  new Draft(shelf, 'one').text = 'look at';
  new Draft(shelf, 'two').text = 'other';
  const draft = new Draft(shelf, 'one');
  draft.append('/uploads/a.png');
  expect(new Draft(shelf, 'one').text).toBe('look at /uploads/a.png ');
  draft.text = '';
  expect([new Draft(shelf, 'one').text, new Draft(shelf, 'two').text]).toEqual(['', 'other']);
});

test('what a terminal printed becomes plain text', () => {
  expect(cleanPromptText('\u001b[31mred\u001b[0m\r\nnext\u0007\ttab\u001b[201~')).toBe(
    'red\nnext\ttab',
  );
});
