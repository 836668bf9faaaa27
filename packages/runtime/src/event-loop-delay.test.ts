/** What a held-up event loop is seen by. */
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { EventLoopDelay } from './event-loop-delay.ts';

test('an event loop that was held up says for how long, once', async () => {
  const delay = new EventLoopDelay();
  await delay.start();
  onTestFinished(() => delay.stop());
  const nextSample = async (): Promise<void> => {
    const before = delay.samples;
    await until(() => delay.samples > before, { what: 'a sample was taken' });
  };
  await nextSample();
  const heldUpMs = performance.now() + 400;
  while (performance.now() < heldUpMs);
  await nextSample();
  const { p99Seconds, maxSeconds } = delay.take();
  expect(maxSeconds).toBeGreaterThan(0.2);
  expect(p99Seconds).toBeGreaterThan(0.2);
  // An idle loop is not late at all, though the machine that runs this test may be.
  const isCalm = async (): Promise<boolean> => {
    await nextSample();
    return delay.take().maxSeconds < 0.05;
  };
  await until(isCalm, { what: 'the loop was on time again' });
});
