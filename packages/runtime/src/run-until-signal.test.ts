/** A daemon's life: its exit code says how it ended, and a second signal waits for nothing. */
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { runUntilSignal, type Program } from './run-until-signal.ts';

const logger = createLogger({
  service: 'worker',
  release: '0.0.0',
  environment: 'test',
  level: 'silent',
  destination: new Writable({ write: (_chunk, _encoding, done) => done() }),
});
const STOP_TIMEOUT_MS = 1_000;

function run(program: Partial<Program>): {
  signals: EventEmitter;
  clock: ManualClock;
  code: Promise<number>;
} {
  const signals = new EventEmitter();
  const clock = new ManualClock();
  const whole = { start: async () => undefined, stop: async () => undefined, ...program };
  const options = { signals, clock, logger, stopTimeoutMs: STOP_TIMEOUT_MS };
  return { signals, clock, code: runUntilSignal(whole, options) };
}

test('a clean stop ends with 0', async () => {
  const { signals, code } = run({});
  signals.emit('SIGTERM');
  expect(await code).toBe(0);
});

test('a start that fails ends with 1', async () => {
  const { code } = run({ start: async () => Promise.reject(new Error('no')) });
  expect(await code).toBe(1);
});

test('a stop that hangs ends with 1 when its time is up', async () => {
  let isStopping = false;
  const { signals, clock, code } = run({
    stop: async () => {
      isStopping = true;
      await new Promise(() => undefined);
    },
  });
  signals.emit('SIGINT');
  await until(() => isStopping && clock.pending > 0, { what: 'it is stopping' });
  clock.advance(STOP_TIMEOUT_MS);
  expect(await code).toBe(1);
});

test('a second signal ends it at once', async () => {
  let isStopping = false;
  const { signals, code } = run({
    stop: async () => {
      isStopping = true;
      await new Promise(() => undefined);
    },
  });
  signals.emit('SIGTERM');
  await until(() => isStopping, { what: 'it is stopping' });
  signals.emit('SIGINT');
  expect(await code).toBe(1);
});
