/**
 * What both daemons measure of themselves: the process under the names that Prometheus has for it,
 * and the release, the event loop and the disk under ours.
 */
import { statfs } from 'node:fs/promises';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { EventLoopDelay } from './event-loop-delay.ts';

export interface MeasuredProcess {
  readonly app: 'gateway' | 'worker';
  readonly release: string;
  /** Which disk is measured. */
  readonly dataDirectory: string;
  readonly delay: Pick<EventLoopDelay, 'take'>;
}

/**
 * Gauges with a name that ends like a counter's, which promtool refuses, and the library's own
 * sampling of the event loop, which counts the time between two samples as delay.
 */
const LEFT_OUT = /^nodejs_(active_\w+|eventloop_lag_\w+)$/;
/** The library samples what is left out all the same: as seldom as it can. */
const LIBRARY_SAMPLE_MS = 1_000;

export function registerProcessMetrics(registry: Registry, measured: MeasuredProcess): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LIBRARY_SAMPLE_MS });
  for (const { name } of registry.getMetricsAsArray()) {
    if (LEFT_OUT.test(name)) registry.removeSingleMetric(name);
  }
  registerBuild(registry, measured);
  registerEventLoop(registry, measured);
  registerDisk(registry, measured);
}

function registerBuild(registry: Registry, { app, release }: MeasuredProcess): void {
  new Gauge({
    name: `dashboard_${app}_build_info`,
    help: 'Always 1; its labels say what runs.',
    labelNames: ['version', 'node'] as const,
    registers: [registry],
  }).set({ version: release, node: process.version }, 1);
}

function registerEventLoop(registry: Registry, { app, delay }: MeasuredProcess): void {
  new Gauge({
    name: `dashboard_${app}_event_loop_delay_seconds`,
    help: 'How late the event loop ran what was due, since the last collection.',
    labelNames: ['statistic'] as const, // p99 | max: a quantile is what summaries have
    registers: [registry],
    collect() {
      const { p99Seconds, maxSeconds } = delay.take();
      this.set({ statistic: 'p99' }, p99Seconds);
      this.set({ statistic: 'max' }, maxSeconds);
    },
  });
}

/** A disk that cannot be asked keeps what it said last. */
function registerDisk(registry: Registry, { app, dataDirectory }: MeasuredProcess): void {
  const gauge = (what: 'free' | 'size', help: string): Gauge =>
    new Gauge({
      name: `dashboard_${app}_disk_${what}_bytes`,
      help,
      registers: [registry],
      async collect() {
        const disk = await statfs(dataDirectory).catch(() => undefined);
        if (disk === undefined) return;
        this.set((what === 'free' ? disk.bavail : disk.blocks) * disk.bsize);
      },
    });
  gauge('free', 'Left for us on the disk that holds the records.');
  gauge('size', 'Of the disk that holds the records.');
}
