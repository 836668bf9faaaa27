/**
 * Every metric the worker exports. Names are dashboard_worker_<noun>_<unit>, base units only,
 * `_total` on what only grows. A label is a closed set of words: never an id, a path or a name.
 */
import type { Phase } from '@dashboard/protocol/sessions';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Delays } from './event-loop-delay.ts';

/** Asked when somebody collects: what is counted elsewhere is not counted here again. */
export interface MetricSources {
  /** One for each session. */
  readonly phases: () => Iterable<Phase>;
  readonly attachments: () => number;
  readonly eventLoopDelay: () => Delays;
}

/** From "imperceptible" to "somebody files an issue". */
const KEYSTROKE_BUCKETS_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1];
const PHASES: readonly Phase[] = ['starting', 'running', 'exited', 'lost'];

export function createWorkerMetrics(registry: Registry, sources: MetricSources) {
  registerGauges(registry, sources);
  const registers = [registry];
  return {
    outputBytes: new Counter({
      name: 'dashboard_worker_output_bytes_total',
      help: 'Bytes printed by panes, before they are copied to viewers.',
      registers,
    }),
    resyncs: new Counter({
      name: 'dashboard_worker_resyncs_total',
      help: 'Times that a viewer fell behind the output log and was redrawn from a snapshot.',
      registers,
    }),
    skippedBytes: new Counter({
      name: 'dashboard_worker_skipped_bytes_total',
      help: 'Output that such a viewer was not sent, because the snapshot stands for it.',
      registers,
    }),
    keystrokeSeconds: new Histogram({
      name: 'dashboard_worker_keystroke_seconds',
      help: 'From an input frame read on the Unix socket to the write to the pane.',
      buckets: KEYSTROKE_BUCKETS_SECONDS,
      registers,
    }),
    failures: new Counter({
      name: 'dashboard_worker_failures_total',
      help: 'What a session could not do and went on without, by what it was.',
      labelNames: ['what'] as const, // the words that a session's observer is told
      registers,
    }),
    unreadableSignals: new Counter({
      name: 'dashboard_worker_unreadable_signals_total',
      help: 'What an agent told in a form that this release does not know, by where it told it.',
      labelNames: ['source'] as const, // hook | registry | status_line
      registers,
    }),
    approvals: new Counter({
      name: 'dashboard_worker_approvals_total',
      help: 'Questions of agents that are over, by how: answered from here, in the terminal, or not.',
      labelNames: ['outcome'] as const, // answered | in_terminal | withdrawn
      registers,
    }),
    signalDisagreements: new Counter({
      name: 'dashboard_worker_signal_disagreements_total',
      help: 'Times that the registry of agents was believed against what a hook had said.',
      registers,
    }),
  };
}

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

/** Gauges read their sources when they are collected, and nobody sets them. */
function registerGauges(registry: Registry, sources: MetricSources): void {
  const registers = [registry];
  new Gauge({
    name: 'dashboard_worker_sessions',
    help: 'Sessions by phase.',
    labelNames: ['phase'] as const, // starting | running | exited | lost
    registers,
    collect() {
      const phases = [...sources.phases()];
      for (const phase of PHASES) {
        this.set({ phase }, phases.filter((each) => each === phase).length);
      }
    },
  });
  new Gauge({
    name: 'dashboard_worker_attachments',
    help: 'Viewers attached to sessions, each once for each session.',
    registers,
    collect() {
      this.set(sources.attachments());
    },
  });
  new Gauge({
    name: 'dashboard_worker_event_loop_delay_seconds',
    help: 'How late the event loop ran what was due, since the last collection.',
    labelNames: ['quantile'] as const, // 0.99 | 1
    registers,
    collect() {
      const { p99Seconds, maxSeconds } = sources.eventLoopDelay();
      this.set({ quantile: '0.99' }, p99Seconds);
      this.set({ quantile: '1' }, maxSeconds);
    },
  });
}
