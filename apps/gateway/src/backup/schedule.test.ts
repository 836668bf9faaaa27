/** A cron line comes true at its minute, once, also when the clock is put right meanwhile. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { SCHEDULE_CHECK_MS } from './limits.ts';
import { Schedule } from './schedule.ts';

const HOUR_MS = 3_600_000;

async function setUp(line: string, task?: () => Promise<void>) {
  const clock = new ManualClock(Date.UTC(2030, 0, 1, 0, 59));
  const runs: string[] = [];
  const run = async (): Promise<void> => {
    runs.push(new Date(clock.nowMs()).toISOString().slice(11, 16));
    await task?.();
  };
  const schedule = new Schedule({ line, clock, task: run, planned: () => undefined });
  await schedule.start();
  onTestFinished(() => schedule.stop());
  return { clock, runs, schedule };
}

test('it runs at its minute, and not before', async () => {
  const { clock, runs } = await setUp('30 * * * *');
  clock.advance(31 * 60_000 - SCHEDULE_CHECK_MS);
  expect(runs).toEqual([]);
  clock.advance(2 * SCHEDULE_CHECK_MS);
  expect(runs).toEqual(['01:30']);
  const again = (): boolean => {
    clock.advance(SCHEDULE_CHECK_MS);
    return runs.length > 1;
  };
  await until(again, { what: 'it runs again' });
  expect(runs).toEqual(['01:30', '02:30']);
});

test('one that takes long is not joined by another, and is waited for at the end', async () => {
  const over = Promise.withResolvers<undefined>();
  const { clock, runs, schedule } = await setUp('* * * * *', () => over.promise);
  clock.advance(HOUR_MS);
  expect(runs).toHaveLength(1);
  let isStopped = false;
  const stopped = schedule.stop().then(() => (isStopped = true));
  await Promise.resolve();
  expect(isStopped).toBe(false);
  over.resolve(undefined);
  await stopped;
});

test.each(['', 'hourly', '* * *', '61 * * * *', '* * * * * *', '0 0 31 2 *'])(
  '%j is refused at once',
  (line) => {
    const options = {
      clock: new ManualClock(),
      task: async () => undefined,
      planned: () => undefined,
    };
    expect(() => new Schedule({ ...options, line })).toThrow('--every');
  },
);
