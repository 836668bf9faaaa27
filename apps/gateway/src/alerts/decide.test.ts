/** Who is told, and who is not, for which reason. */
import { DEFAULT_ALERT_SETTINGS, type AlertSettings } from '@dashboard/protocol/alerts';
import { describe, expect, test } from 'vitest';
import { isQuiet, isTimeZone, silenceOf, type Listener } from './decide.ts';
import type { Occasion } from './occasion.ts';
import { SESSION } from './session.fixture.ts';

const ASKS: Occasion = {
  ...{ kind: 'asks', session: SESSION, name: 'apples', what: 'needs_permission' },
  ...{ sinceMs: 0, workedMs: 0 },
};
const DONE: Occasion = { ...ASKS, kind: 'finished', what: 'idle', workedMs: 5 * 60_000 };
const INPUT: Occasion = { ...ASKS, what: 'needs_input' };
const NIGHT = { from: '22:00', to: '07:00', timeZone: 'UTC' };
const MIDNIGHT_MS = Date.UTC(2030, 0, 1);

type Case = readonly [
  string,
  Occasion,
  Partial<AlertSettings>,
  Partial<Listener>,
  string | undefined,
];

test.each<Case>([
  ['somebody who wants everything', ASKS, {}, {}, undefined],
  ['who wants other kinds', ASKS, { kinds: ['lost'] }, {}, 'not_chosen'],
  ['work as long as wished', DONE, {}, {}, undefined],
  ['shorter work', DONE, { finishedAfterMinutes: 6 }, {}, 'short_work'],
  ['a muted session', ASKS, {}, { muted: new Set([SESSION]) }, 'muted'],
  ['quiet hours', ASKS, { quietHours: NIGHT }, {}, 'quiet_hours'],
  ['who looks at that session', ASKS, {}, { sees: new Set([SESSION]) }, 'sees_it'],
  ['who looks at the inbox', ASKS, {}, { sees: new Set(['inbox' as const]) }, 'sees_it'],
  [
    'the inbox, which does not show it',
    INPUT,
    {},
    { sees: new Set(['inbox' as const]) },
    undefined,
  ],
  ['the inbox, and work is done', DONE, {}, { sees: new Set(['inbox' as const]) }, undefined],
])('%s', (...[, occasion, settings, more, expected]) => {
  const listener = {
    ...{ muted: new Set<never>(), sees: new Set<never>(), ...more },
    settings: { ...DEFAULT_ALERT_SETTINGS, ...settings },
  };
  expect(silenceOf(occasion, listener, MIDNIGHT_MS)).toBe(expected);
});

describe('quiet hours', () => {
  const at = (hours: number, minutes = 0) => MIDNIGHT_MS + (hours * 60 + minutes) * 60_000;

  test('go over midnight, from the first minute to before the last', () => {
    const found = [at(21, 59), at(22), at(0), at(6, 59), at(7)].map((ms) => isQuiet(NIGHT, ms));
    expect(found).toEqual([false, true, true, true, false]);
  });

  test('lie within a day', () => {
    const lunch = { ...NIGHT, from: '12:00', to: '13:00' };
    expect([at(11, 59), at(12), at(13)].map((ms) => isQuiet(lunch, ms))).toEqual([
      ...[false, true, false],
    ]);
  });

  test('are those of the person, also when summer time begins', () => {
    const berlin = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' };
    // 31 March 2030: at 1:00 UTC clocks there go from 2:00 to 3:00.
    const before = Date.UTC(2030, 2, 30, 5, 30);
    const after = Date.UTC(2030, 2, 31, 5, 30);
    expect([isQuiet(berlin, before), isQuiet(berlin, after)]).toEqual([true, false]);
  });

  test('of a zone that this machine does not know are none', () => {
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(isQuiet({ ...NIGHT, timeZone: 'Mars/Olympus' }, MIDNIGHT_MS)).toBe(false);
  });
});
