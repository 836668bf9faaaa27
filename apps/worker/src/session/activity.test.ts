/** R21: a machine that learns the right time ends no session for having been idle. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { Activity } from './activity.ts';

const HOUR_MS = 3_600_000;

test.each([HOUR_MS, -HOUR_MS])('a clock that jumps %i ms makes nobody idle', (jumpMs) => {
  const clock = new ManualClock();
  const activity = new Activity(clock, clock.nowMs());
  clock.advance(1_000);
  clock.jumpWallTime(jumpMs);
  expect(activity.quietMs).toBe(1_000);
  activity.touch();
  clock.advance(500);
  expect(activity).toMatchObject({ quietMs: 500, atMs: clock.nowMs() - 500 });
});
