/** What a collector reads of the worker. */
import { Registry } from 'prom-client';
import type { Phase } from '@dashboard/protocol/sessions';
import { expect, test } from 'vitest';
import { createWorkerMetrics, type MetricSources } from './metrics.ts';

const NOTHING: MetricSources = {
  phases: () => [],
  attachments: () => 0,
  agents: () => [],
  openApprovals: () => 0,
  engines: () => [],
  hasClaude: async () => false,
};

test('gauges say what is true when they are collected', async () => {
  const registry = new Registry();
  const phases: Phase[] = [];
  let attachments = 0;
  createWorkerMetrics(registry, {
    phases: () => phases,
    attachments: () => attachments,
    agents: () => [
      { state: 'needs_permission', waitingSeconds: 601 },
      { state: 'working', waitingSeconds: 0 },
    ],
    openApprovals: () => 2,
    engines: () => ['pty'],
    hasClaude: async () => true,
  });
  const text = await registry.metrics();
  expect(text).toContain('dashboard_worker_sessions{phase="running"} 0');
  expect(text).toContain('dashboard_worker_agents{state="needs_permission"} 1');
  expect(text).toContain('dashboard_worker_agents{state="idle"} 0');
  expect(text).toContain('dashboard_worker_agent_waiting_seconds 601');
  expect(text).toContain('dashboard_worker_approvals_open 2');
  expect(text).toContain('dashboard_worker_engine_offered{engine="tmux"} 0');
  expect(text).toContain('dashboard_worker_engine_offered{engine="pty"} 1');
  expect(text).toContain('dashboard_worker_claude_available 1');

  phases.push('running', 'lost', 'running');
  attachments = 7;
  const later = await registry.metrics();
  expect(later).toContain('dashboard_worker_sessions{phase="running"} 2');
  expect(later).toContain('dashboard_worker_sessions{phase="lost"} 1');
  expect(later).toContain('dashboard_worker_attachments 7');
});

test('counters and the histogram count', async () => {
  const registry = new Registry();
  const metrics = createWorkerMetrics(registry, NOTHING);
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
  createWorkerMetrics(registry, NOTHING);
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    expect(name).toMatch(/^dashboard_worker_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(String(type) === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|kb|mb)(_|$)/);
  }
});
