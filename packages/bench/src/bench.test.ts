/** One small round with the real thing, so that the benchmark can be run when it is wanted. */
import { systemClock } from '@dashboard/runtime/clock';
import { atTestEnd } from '@dashboard/testkit/at-end';
import { expect, test } from 'vitest';
import { Ending } from './ending.ts';
import { measureEcho, startEcho } from './measure/index.ts';
import { isQuietAfterYes } from './rows/interrupt.ts';
import { TARGETS, type TargetName } from './targets/index.ts';

const options = { clock: systemClock, durationMs: 200, everyMs: 20, seed: 1 };

/** The other engine differs behind the gateway only, where there are tests enough. */
const NAMES = (Object.keys(TARGETS) as TargetName[]).filter((name) => name !== 'ours tmux');

test.each(NAMES)('every key comes back: %s', async (name) => {
  const target = await TARGETS[name].start(atTestEnd);
  const terminal = await (await target.openSession()).watch();
  await startEcho(terminal, systemClock);
  const { latenciesMs, lost } = await measureEcho(terminal, options);
  expect({ keys: latenciesMs.length, lost }).toEqual({ keys: 10, lost: 0 });
});

test('a screen after ^C is correct when only yes stands above the end', () => {
  expect(isQuietAfterYes(['y', 'y', '^CQUIET', '', ''])).toBe(true);
  expect(isQuietAfterYes(['y', 'y^C', 'QUIET'])).toBe(true);
  expect(isQuietAfterYes(['y', 'y', 'QUIET', 'y'])).toBe(false);
  expect(isQuietAfterYes(['y', 'zy', 'QUIET'])).toBe(false);
  expect(isQuietAfterYes(['', '', 'QUIET'])).toBe(false);
});

test('what was started ends in reverse, also when something fails to, and nothing starts after', async () => {
  const ended: string[] = [];
  const ending = new Ending();
  ending.atEnd(() => void ended.push('first'));
  ending.atEnd(() => Promise.reject(new Error('does not')));
  ending.atEnd(() => void ended.push('last'));
  const { promise, resolve } = Promise.withResolvers<void>();
  const started = ending.wholly(async () => {
    await promise;
    ending.atEnd(() => void ended.push('what was being started'));
  });
  const over = ending.run();
  resolve();
  await expect(over).rejects.toThrow('something did not end');
  await started;
  expect(ended).toEqual(['what was being started', 'last', 'first']);
  await expect(ending.wholly(async () => undefined)).rejects.toThrow('the run is over');
});
