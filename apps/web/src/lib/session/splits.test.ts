/** Which sessions stand beside each other. */
import { expect, test } from 'vitest';
import { aSession } from '../fleet/sessions.fixture.ts';
import { SPLITS_MAX, Splits } from './splits.svelte.ts';

const all = () => true;
const ids = (count: number) => Array.from({ length: count }, () => aSession({}).id);

function someSplits(stored = new Map<string, string>()) {
  return new Splits({
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, value) => void stored.set(key, value),
  });
}

test('one that is opened takes the place of the one that was used; the others stay', () => {
  const [a, b, c] = ids(3) as [never, never, never];
  const splits = someSplits();
  splits.use(a, all);
  splits.add(b);
  expect(splits.around(b, all)).toEqual([a, b]);
  splits.use(c, all);
  expect(splits.around(c, all)).toEqual([a, c]);
  expect(splits.around(a, all)).toEqual([a, c]);
  expect(splits.after(c)).toBe(a);
});

test('a reload finds them as they were', () => {
  const stored = new Map<string, string>();
  const [a, b] = ids(2) as [never, never];
  const before = someSplits(stored);
  before.use(a, all);
  before.add(b);
  expect(someSplits(stored).around(b, all)).toEqual([a, b]);
});

test('no more than four, and what is gone makes room', () => {
  const [first, ...others] = ids(SPLITS_MAX + 1) as [never, ...never[]];
  const splits = someSplits();
  splits.use(first, all);
  for (const id of others) splits.add(id);
  expect(splits.mayAdd).toBe(false);
  expect(splits.around(first, all)).toHaveLength(SPLITS_MAX);
  splits.use(first, (id) => id === others[0]);
  expect(splits.around(first, all)).toEqual([first, others[0]]);
  expect(splits.mayAdd).toBe(true);
});

test('closing one leads to its neighbour, and closing the last to nowhere', () => {
  const [a, b, c] = ids(3) as [never, never, never];
  const splits = someSplits();
  splits.use(a, all);
  splits.add(b);
  splits.add(c);
  expect(splits.close(a)).toBe(c);
  expect(splits.close(c)).toBe(b);
  expect(splits.after(b)).toBeUndefined();
  expect(splits.close(b)).toBeUndefined();
});
