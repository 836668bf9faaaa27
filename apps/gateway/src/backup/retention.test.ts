/** Which backups stay: of each hour, day and week the newest. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RECENT_MAX } from './limits.ts';
import { whichMayGo } from './retention.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2030, 0, 31, 12);

test('of backups every hour for 60 days, 24 hours and 30 days are left', () => {
  const times = Array.from({ length: 60 * 24 }, (_none, n) => NOW_MS - n * HOUR_MS);
  const gone = new Set(whichMayGo(times, { hourly: 24, daily: 30, weekly: 0 }, NOW_MS));
  const left = times.filter((atMs) => !gone.has(atMs));
  expect(left.filter((atMs) => NOW_MS - atMs < DAY_MS)).toHaveLength(24);
  expect(new Set(left.map((atMs) => Math.floor(atMs / DAY_MS))).size).toBe(30);
  expect(left).toHaveLength(24 + 28); // the last 24 hours lie in two days
});

test('weeks reach further back than days', () => {
  const times = Array.from({ length: 100 }, (_none, n) => NOW_MS - n * DAY_MS);
  const gone = whichMayGo(times, { hourly: 0, daily: 7, weekly: 10 }, NOW_MS);
  expect(times.length - gone.length).toBeGreaterThanOrEqual(7 + 8);
  expect(times.length - gone.length).toBeLessThanOrEqual(7 + 10);
});

test('the newest stays whatever is asked for, and so does one from the future', () => {
  const nothing = { hourly: 0, daily: 0, weekly: 0 };
  expect(whichMayGo([NOW_MS - 99 * DAY_MS], nothing, NOW_MS)).toEqual([]);
  expect(whichMayGo([NOW_MS + DAY_MS, NOW_MS + HOUR_MS, 5], nothing, NOW_MS)).toEqual([5]);
});

test('one made a moment ago is not let go by the next, and a loop that makes them does not fill the disk', () => {
  const nothing = { hourly: 1, daily: 0, weekly: 0 };
  const minutesAgo = (n: number): number => NOW_MS - n * 60_000;
  const [now, before, old] = [minutesAgo(0), minutesAgo(59), minutesAgo(61)];
  expect(whichMayGo([now, before, old], nothing, NOW_MS)).toEqual([old]);
  const loop = Array.from({ length: 50 }, (_none, n) => minutesAgo(n));
  expect(whichMayGo(loop, nothing, NOW_MS)).toHaveLength(50 - RECENT_MAX);
});

test('what stays once stays when asked again, and never more than was asked for', () => {
  const times = fc.uniqueArray(fc.integer({ min: NOW_MS - 400 * DAY_MS, max: NOW_MS }));
  const count = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(times, fc.record({ hourly: count, daily: count, weekly: count }), (all, wish) => {
      const gone = new Set(whichMayGo(all, wish, NOW_MS));
      const left = all.filter((atMs) => !gone.has(atMs));
      expect(whichMayGo(left, wish, NOW_MS)).toEqual([]);
      expect(left.length).toBeLessThanOrEqual(RECENT_MAX + wish.hourly + wish.daily + wish.weekly);
    }),
  );
});
