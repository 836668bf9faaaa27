/** What a tab says of itself: the truth, when it changes, and again before it is forgotten. */
import { PRESENCE_EVERY_MS } from '@dashboard/protocol/limits';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { IN_USE_MS, Presence } from './presence.ts';

function setUp() {
  const clock = new ManualClock();
  const said: unknown[] = [];
  const tab = { isVisible: true };
  const presence = new Presence({
    ...{ clock, isVisible: () => tab.isVisible, say: (sees) => said.push(sees) },
  });
  presence.start();
  return { clock, said, tab, presence };
}

test('says what it shows, once, and again from time to time', () => {
  const { clock, said, presence } = setUp();
  presence.show('inbox');
  presence.show('inbox');
  presence.used();
  expect(said).toEqual(['inbox']);
  clock.advance(PRESENCE_EVERY_MS);
  expect(said).toEqual(['inbox', 'inbox']);
});

test('hidden, it says so at once and then no more', () => {
  const { clock, said, tab, presence } = setUp();
  presence.show('inbox');
  tab.isVisible = false;
  presence.visibilityChanged();
  clock.advance(10 * PRESENCE_EVERY_MS);
  expect(said).toEqual(['inbox', null]);
  tab.isVisible = true;
  presence.used();
  expect(said).toEqual(['inbox', null, 'inbox']);
});

test('left alone, nobody sees it, until somebody moves', () => {
  const { clock, said, presence } = setUp();
  presence.show('inbox');
  clock.advance(IN_USE_MS + PRESENCE_EVERY_MS);
  expect(said.at(-1)).toBeNull();
  presence.used();
  expect(said.at(-1)).toBe('inbox');
});

test('where nothing is shown that alerts are about, nothing is said', () => {
  const { clock, said, presence } = setUp();
  presence.show(null);
  presence.used();
  clock.advance(IN_USE_MS);
  expect(said).toEqual([]);
});
