/** When an occasion is told: after a while, once, and not if it is over. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { DWELL_MS, FRESH_MS, REPEAT_AFTER_MS } from './limits.ts';
import type { Occasion } from './occasion.ts';
import { SESSION, sessionWith, type Wanted } from './session.fixture.ts';
import { AlertWatch } from './watch.ts';

function setUp() {
  const clock = new ManualClock(1_000_000);
  const told: Occasion[] = [];
  const watch = new AlertWatch(clock, (occasion) => told.push(occasion));
  const see = (wanted: Wanted) => watch.see(sessionWith({ sinceMs: clock.nowMs(), ...wanted }));
  see({ state: 'working' });
  return { clock, told, watch, see, kinds: () => told.map(({ what }) => what) };
}

test('it has to stand for a while, to the millisecond', () => {
  const { clock, see, kinds } = setUp();
  see({ state: 'needs_permission' });
  clock.advance(DWELL_MS - 1);
  expect(kinds()).toEqual([]);
  clock.advance(1);
  expect(kinds()).toEqual(['needs_permission']);
  clock.advance(10 * REPEAT_AFTER_MS);
  expect(kinds()).toHaveLength(1);
});

test('what is over before is told to nobody', () => {
  const { clock, see, kinds } = setUp();
  see({ state: 'needs_permission' });
  clock.advance(DWELL_MS - 1);
  see({ state: 'working' });
  clock.advance(REPEAT_AFTER_MS);
  expect(kinds()).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('a change that changes nothing of it does not put it off; its newest name is told', () => {
  const { clock, see, told } = setUp();
  const sinceMs = clock.nowMs();
  see({ state: 'needs_answer', sinceMs });
  clock.advance(DWELL_MS - 1);
  see({ state: 'needs_answer', sinceMs, name: 'pears' });
  clock.advance(1);
  expect(told).toMatchObject([{ name: 'pears' }]);
});

test('question after question is told once a minute, and the one that then stands', () => {
  const { clock, see, kinds } = setUp();
  for (let n = 0; n < 6; n++) {
    see({ state: 'needs_permission' });
    clock.advance(DWELL_MS);
    see({ state: 'working' });
    clock.advance(DWELL_MS);
  }
  expect(kinds()).toHaveLength(1);
  see({ state: 'needs_plan' });
  clock.advance(REPEAT_AFTER_MS);
  expect(kinds()).toEqual(['needs_permission', 'needs_plan']);
});

test('another kind does not wait for that', () => {
  const { clock, see, kinds } = setUp();
  see({ state: 'needs_permission' });
  clock.advance(DWELL_MS);
  see({ state: 'error' });
  clock.advance(DWELL_MS);
  expect(kinds()).toEqual(['needs_permission', 'error']);
});

test('at its first sight, what has stood for long is old news', () => {
  const { clock, watch, kinds } = setUp();
  watch.forget(SESSION);
  watch.see(sessionWith({ state: 'needs_plan', sinceMs: clock.nowMs() - FRESH_MS - 1 }));
  clock.advance(REPEAT_AFTER_MS);
  expect(kinds()).toEqual([]);
  watch.forget(SESSION);
  watch.see(sessionWith({ state: 'needs_plan', sinceMs: clock.nowMs() - FRESH_MS }));
  clock.advance(DWELL_MS);
  expect(kinds()).toEqual(['needs_plan']);
});

test('it stands until something else is seen, and sessions that are gone are forgotten', () => {
  const { clock, watch, see, told } = setUp();
  see({ state: 'limited' });
  clock.advance(DWELL_MS);
  const [occasion] = told;
  expect(occasion && watch.isStanding(occasion)).toBe(true);
  expect(watch.waiting).toBe(1);
  watch.seeAll([]);
  expect(occasion && watch.isStanding(occasion)).toBe(false);
  expect(watch.waiting).toBe(0);
});

test('after the end nothing is told', () => {
  const { clock, watch, see, kinds } = setUp();
  see({ state: 'needs_permission' });
  watch.stop();
  expect(clock.pending).toBe(0);
  expect(kinds()).toEqual([]);
});
