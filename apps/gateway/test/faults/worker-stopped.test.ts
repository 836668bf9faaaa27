/** R11: the worker is stopped (SIGSTOP) for a while: the gateway says so, and nothing is lost. */
import { EventStream } from '@dashboard/testkit/event-stream';
import { startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { Crowd } from './crowd.ts';
import { delayOf, expectEveryLineOnce, IS_LONG, keepFigures, untilShown } from './faults.ts';
import { Load, PACED_BYTES_PER_SECOND } from './load.ts';

/** Told within two questions and their patience; the rest of the stop is by hand. */
const STOPPED_MS = IS_LONG ? 10_000 : 0;
const TOLD_WITHIN_MS = 30_000;

test('a worker that hangs is said to be away, and its viewers go on where they were', async () => {
  const stack = await startStack({ engine: 'tmux' });
  const { owner, projects, worker } = stack;
  const load = await Load.prepare(stack, PACED_BYTES_PER_SECOND);
  const crowd = await Crowd.gather(stack, load.session, { withScreens: true });
  const { id } = await owner.startSession({ directory: projects });
  const typist = await new TerminalClient(owner, id).attach();
  typist.type('exec cat\r');
  await typist.waitForText('exec cat\r\n');
  const events = await EventStream.open(owner);
  const told = (): boolean[] =>
    events.events.flatMap((event) => (event.type === 'worker' ? [event.isConnected] : []));
  await load.begin();

  onTestFinished(() => void process.kill(worker.pid, 'SIGCONT'));
  process.kill(worker.pid, 'SIGSTOP');
  const stoppedAtMs = performance.now();
  typist.type('typed meanwhile\r');
  await until(() => told().at(-1) === false, {
    what: 'the page is told that the worker is away',
    timeoutMs: TOLD_WITHIN_MS,
  });
  const toldMs = Math.round(performance.now() - stoppedAtMs);
  await expect(owner.call('listSessions')).rejects.toMatchObject({ code: 'worker_unavailable' });
  const ready = await fetch(new URL('/health/ready', owner.url));
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ checks: { worker: false } });
  await delayOf(Math.max(1, STOPPED_MS - toldMs));
  const goesOnAtMs = performance.now();
  process.kill(worker.pid, 'SIGCONT');
  await until(() => told().at(-1) === true, { what: 'the page is told that it is back' });
  const backMs = Math.round(performance.now() - goesOnAtMs);

  await typist.waitForText('typed meanwhile\r\ntyped meanwhile\r\n');
  load.end();
  for (const { screen } of crowd.all) if (screen) await untilShown(screen, 'END', 60_000);
  for (const { viewer, screen } of crowd.all) {
    if (screen) await expectEveryLineOnce(screen, load.count);
    expect(viewer, 'no viewer was cut off').toMatchObject({ gaps: 0, reconnects: 0 });
  }
  expect(told()).toEqual([true, false, true]);
  keepFigures('worker stopped', { toldMs, backMs, lines: load.count });
}, 120_000);
