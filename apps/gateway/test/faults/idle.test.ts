/** Many sessions in which nothing happens cost next to nothing. */
import { EventStream } from '@dashboard/testkit/event-stream';
import { cpuSeconds } from '@dashboard/testkit/process-figures';
import { startStack } from '@dashboard/testkit/stack';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { countFrom, delayOf, keepFigures, listed, UNLIMITED } from './faults.ts';

const SESSIONS = countFrom('IDLE_SESSIONS', 10);
const SECONDS = countFrom('IDLE_SECONDS', 5);
/** Of one core, both daemons together. */
const SHARE_MAX = 0.01;

test('idle sessions leave the machine alone', async () => {
  const stack = await startStack({ engine: 'tmux', gatewayEnv: UNLIMITED });
  const { owner, projects, worker, gateway } = stack;
  const events = await EventStream.open(owner);
  for (let number = 0; number < SESSIONS; number++) {
    await owner.startSession({ directory: projects, name: `idle ${number}` });
  }
  await until(async () => (await listed(stack)).every(({ preview }) => preview.length > 0), {
    what: 'every prompt is there',
  });
  // Not before the last event of the start has been told, and what it made has been collected.
  for (let told = -1; told !== events.events.length;) {
    told = events.events.length;
    await delayOf(2_000);
  }
  const time = (): { worker: number; gateway: number } => ({
    worker: cpuSeconds(worker.pid),
    gateway: cpuSeconds(gateway.pid),
  });
  const before = time();
  await delayOf(SECONDS * 1_000);
  const after = time();
  const used = { worker: after.worker - before.worker, gateway: after.gateway - before.gateway };
  const share = (used.worker + used.gateway) / SECONDS;
  keepFigures('idle', { SESSIONS, SECONDS, used, percent: share * 100 });
  expect(share).toBeLessThan(SHARE_MAX);
}, 300_000);
