/** Parts start in order and stop in reverse, whatever fails on the way. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { Lifecycle, type Part } from './lifecycle.ts';

function parts(
  log: string[],
  broken: Partial<Record<string, 'start' | 'stop' | 'hang'>> = {},
): Part[] {
  return ['a', 'b', 'c'].map((name) => ({
    name,
    async start() {
      if (broken[name] === 'start') throw new Error('no');
      log.push(`start ${name}`);
      await Promise.resolve();
    },
    async stop() {
      log.push(`stop ${name}`);
      if (broken[name] === 'stop') throw new Error('no');
      if (broken[name] === 'hang') await new Promise(() => undefined);
    },
  }));
}

test('starts in order, stops in reverse, and says how long each stop took', async () => {
  const log: string[] = [];
  const stopped: string[] = [];
  const clock = new ManualClock();
  const lifecycle = new Lifecycle(parts(log), { clock, onStopped: (name) => stopped.push(name) });
  await lifecycle.start();
  await lifecycle.stop();
  expect(log).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
  expect(stopped).toEqual(['c', 'b', 'a']);
  expect(Object.keys(lifecycle.stopTookMs)).toEqual(['c', 'b', 'a']);
});

test('a start that fails halfway stops what had started, and names the part', async () => {
  const log: string[] = [];
  const lifecycle = new Lifecycle(parts(log, { c: 'start' }), { clock: new ManualClock() });
  await expect(lifecycle.start()).rejects.toThrow('c did not start');
  expect(log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});

test('a stop that fails does not keep the others from stopping', async () => {
  const log: string[] = [];
  const lifecycle = new Lifecycle(parts(log, { b: 'stop' }), { clock: new ManualClock() });
  await lifecycle.start();
  await expect(lifecycle.stop()).rejects.toThrow(AggregateError);
  expect(log.slice(3)).toEqual(['stop c', 'stop b', 'stop a']);
});

test('a stop that hangs is left behind when its time is up', async () => {
  const log: string[] = [];
  const clock = new ManualClock();
  const lifecycle = new Lifecycle(parts(log, { c: 'hang' }), { clock, stopTimeoutMs: 500 });
  await lifecycle.start();
  const stopping = lifecycle.stop();
  expect(log).not.toContain('stop b');
  clock.advance(500);
  await expect(stopping).rejects.toThrow(AggregateError);
  expect(log.slice(3)).toEqual(['stop c', 'stop b', 'stop a']);
  expect(clock.pending).toBe(0);
});

test('starting twice is our bug', async () => {
  const lifecycle = new Lifecycle(parts([]), { clock: new ManualClock() });
  await lifecycle.start();
  await expect(lifecycle.start()).rejects.toThrow('leak');
});
