/** What a collector reads of the worker. */
import { Registry } from 'prom-client';
import type { Phase } from '@dashboard/protocol/sessions';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { EventLoopDelay } from './event-loop-delay.ts';
import { createWorkerMetrics } from './metrics.ts';

const NO_DELAY = { p99Seconds: 0, maxSeconds: 0 };

test('gauges say what is true when they are collected', async () => {
  const registry = new Registry();
  const phases: Phase[] = [];
  let attachments = 0;
  createWorkerMetrics(registry, {
    phases: () => phases,
    attachments: () => attachments,
    eventLoopDelay: () => ({ p99Seconds: 0.01, maxSeconds: 0.5 }),
  });
  const text = await registry.metrics();
  expect(text).toContain('dashboard_worker_sessions{phase="running"} 0');
  expect(text).toContain('dashboard_worker_event_loop_delay_seconds{quantile="1"} 0.5');

  phases.push('running', 'lost', 'running');
  attachments = 7;
  const later = await registry.metrics();
  expect(later).toContain('dashboard_worker_sessions{phase="running"} 2');
  expect(later).toContain('dashboard_worker_sessions{phase="lost"} 1');
  expect(later).toContain('dashboard_worker_attachments 7');
});

test('counters and the histogram count', async () => {
  const registry = new Registry();
  const sources = { phases: () => [], attachments: () => 0, eventLoopDelay: () => NO_DELAY };
  const metrics = createWorkerMetrics(registry, sources);
  metrics.outputBytes.inc(1000);
  metrics.resyncs.inc();
  metrics.skippedBytes.inc(64);
  metrics.failures.inc({ what: 'snapshot' });
  metrics.keystrokeSeconds.observe(0.0007);
  const text = await registry.metrics();
  for (const line of [
    'dashboard_worker_output_bytes_total 1000',
    'dashboard_worker_resyncs_total 1',
    'dashboard_worker_skipped_bytes_total 64',
    'dashboard_worker_failures_total{what="snapshot"} 1',
    'dashboard_worker_keystroke_seconds_bucket{le="0.001"} 1',
  ]) {
    expect(text).toContain(line);
  }
});

test('every name has the prefix, and units and totals stand where they belong', async () => {
  const registry = new Registry();
  const sources = { phases: () => [], attachments: () => 0, eventLoopDelay: () => NO_DELAY };
  createWorkerMetrics(registry, sources);
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    expect(name).toMatch(/^dashboard_worker_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(String(type) === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|kb|mb)(_|$)/);
  }
});

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
