/** Who was first among hooks that overtake each other, told by the numbers of their processes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOOK_PIDS_APART_MAX, OVERTAKEN_WITHIN_MS } from '../limits.ts';
import { HookOrder } from './hook-order.ts';

test('one that began earlier and arrives later is placed before', () => {
  const order = new HookOrder();
  const [first, third] = [order.placeOf(100, 0), order.placeOf(140, 50)];
  const second = order.placeOf(120, 90);
  expect([first, third, second].toSorted((a, b) => a - b)).toEqual([first, second, third]);
  expect(order.placeOf(141, 95)).toBeGreaterThan(third);
});

test('numbers that begin anew are of later hooks, and so is a smaller one after a while', () => {
  const order = new HookOrder();
  const last = order.placeOf(32_700, 0);
  const next = order.placeOf(310, 100);
  expect(next).toBeGreaterThan(last);
  const later = order.placeOf(309, 100 + OVERTAKEN_WITHIN_MS);
  expect(later).toBeGreaterThan(next);
});

test('the same number again is another hook, which began later', () => {
  const order = new HookOrder();
  expect(order.placeOf(7, 0)).toBeLessThan(order.placeOf(7, 10));
});

test('whatever order hooks of one moment arrive in, their places are in the order of their numbers', () => {
  const pids = fc.uniqueArray(fc.integer({ min: 1_000, max: 1_000 + HOOK_PIDS_APART_MAX }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4_194_304 }), pids, (before, arriving) => {
      const order = new HookOrder();
      order.placeOf(before, -OVERTAKEN_WITHIN_MS);
      const places = arriving.map((pid, index) => ({ pid, place: order.placeOf(pid, index) }));
      const byPlace = places.toSorted((a, b) => a.place - b.place).map(({ pid }) => pid);
      expect(byPlace).toEqual(arriving.toSorted((a, b) => a - b));
    }),
  );
});
