/** Bars and words of usage: every bar has its place, and what is heaped is the sum. */
import type { UsageRow } from '@dashboard/protocol/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { customRange, dayKey, keysIn, rangeOf } from './range.ts';
import { costByModel, heaped, tokensByType } from './stack.ts';
import { burnWords, count, dollars, duration, keyWords } from './usage-words.ts';

const NOW_MS = new Date(2026, 10, 25, 14, 30).getTime();
const NOTHING = {
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  ...{ unlistedTokens: 0, requests: 0, costUsd: null },
};

function row(key: string, costs: Readonly<Record<string, number>>): UsageRow {
  const models = Object.entries(costs).map(([model, costUsd]) => ({ ...NOTHING, model, costUsd }));
  const rest = { name: null, project: null, tokensWithoutCost: 0, waitedMs: 0, waits: 0 };
  return { key, ...NOTHING, ...rest, models };
}

test('a range has a bar for each of its days or hours, today and this hour the last', () => {
  expect(keysIn(rangeOf('7d', NOW_MS))).toHaveLength(7);
  expect(keysIn(rangeOf('7d', NOW_MS)).at(-1)).toBe('2026-11-25');
  expect(keysIn(rangeOf('30d', NOW_MS))[0]).toBe('2026-10-27');
  expect(keysIn(rangeOf('24h', NOW_MS))).toHaveLength(24);
  expect(keysIn(rangeOf('24h', NOW_MS)).at(-1)).toBe('2026-11-25T14:00');
});

test('a custom range includes both of its days, and is none when they are none', () => {
  const range = customRange('2026-11-01', '2026-11-03');
  expect(range && keysIn(range)).toEqual(['2026-11-01', '2026-11-02', '2026-11-03']);
  expect(customRange('2026-11-03', '2026-11-01')).toBeUndefined();
  expect(customRange('', '2026-11-01')).toBeUndefined();
  expect(dayKey(customRange('2026-11-03', '2026-11-03')?.fromMs ?? 0)).toBe('2026-11-03');
});

test('models stand on each other, the most expensive at the bottom, each in its place', () => {
  const rows = [row('a', { opus: 1, haiku: 0.5 }), row('c', { haiku: 0.25 })];
  const bars = costByModel(['a', 'b', 'c'], rows);
  expect(bars.series).toEqual([
    { label: 'opus', values: [1, 0, 0] },
    { label: 'haiku', values: [0.5, 0, 0.25] },
  ]);
  expect(heaped(bars)).toEqual([
    [1, 0, 0],
    [1.5, 0, 0.25],
  ]);
  expect(tokensByType(['a'], rows).series).toEqual([]);
});

test('the highest of what is heaped is the sum', () => {
  const values = fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), (all) => {
      const series = all.map((one, at) => ({ label: String(at), values: one }));
      const top = heaped({ keys: ['a', 'b', 'c'], series }).at(-1);
      const sums = [0, 1, 2].map((at) => all.reduce((sum, one) => sum + (one[at] ?? 0), 0));
      expect(top).toEqual(sums);
    }),
  );
});

test('figures are short, and what is small is not nothing', () => {
  expect([null, 0, 0.0081, 0.25, 12.4].map(dollars)).toEqual([
    ...['–', '$0', '$0.0081', '$0.25', '$12.40'],
  ]);
  expect([812, 9_135, 12_000_000].map(count)).toEqual(['812', '9.1K', '12M']);
  expect([900, 61_000, 7_500_000].map(duration)).toEqual(['0.9 s', '1 min', '2 h 5 min']);
  expect([keyWords('2026-11-25'), keyWords('2026-11-25T14:00')]).toEqual(['Nov 25', '14:00']);
});

test('a rate is told only of five minutes and more', () => {
  const burn = { costUsdPerHour: 1.5, tokensPerHour: 900 };
  expect(burnWords({ ...burn, overMs: 299_999 })).toEqual({
    value: '–',
    note: 'too early to tell',
  });
  expect(burnWords({ ...burn, overMs: 300_000 })).toEqual({
    value: '$1.50/h',
    note: '900 tokens/h over the last 5 min',
  });
});
