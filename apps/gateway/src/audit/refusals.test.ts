/** S55: refused requests are in the trail, however many they are. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { REFUSALS_APART_MAX, REFUSALS_COUNTED_MS } from './limits.ts';
import { Refusals } from './refusals.ts';
import type { RecordFields } from './trail.ts';

function counting() {
  const clock = new ManualClock();
  const records: RecordFields[] = [];
  const refusals = new Refusals({ add: (record) => void records.push(record) }, clock);
  return { clock, records, refusals };
}

test('a flood of one network and one rule is one record a minute', () => {
  const { clock, records, refusals } = counting();
  for (let each = 0; each < 10_000; each++) refusals.count('origin', '192.0.2.1');
  refusals.count('host', '192.0.2.1');
  expect(records).toEqual([]);
  clock.advance(REFUSALS_COUNTED_MS);
  const common = { event: 'requests_refused', network: '192.0.2.1' };
  expect(records).toEqual([
    { ...common, rule: 'origin', count: 10_000 },
    { ...common, rule: 'host', count: 1 },
  ]);
  clock.advance(REFUSALS_COUNTED_MS);
  expect(records).toHaveLength(2);
  expect(clock.pending).toBe(0);
});

test('more networks than are counted apart are counted together', () => {
  const { records, refusals } = counting();
  for (let each = 0; each < 200; each++) refusals.count('host', `198.51.100.${each}`);
  refusals.close();
  expect(records).toHaveLength(REFUSALS_APART_MAX + 1);
  expect(records.at(-1)).toMatchObject({ network: 'others', count: 200 - REFUSALS_APART_MAX });
});
