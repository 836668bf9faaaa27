/** What is measured of the worker, asked of its parts when somebody collects. */
import { dirname } from 'node:path';
import { needsPerson } from '@dashboard/protocol/agents';
import type { Clock } from '@dashboard/runtime/clock';
import type { EventLoopDelay } from '@dashboard/runtime/event-loop-delay';
import { registerProcessMetrics } from '@dashboard/runtime/process-metrics';
import { Registry } from 'prom-client';
import type { AgentWatches, Approvals, Detector } from './agent/index.ts';
import type { WorkerConfig } from './config.ts';
import type { Engines } from './engines.ts';
import { createWorkerMetrics, type WorkerMetrics } from './metrics.ts';
import type { SessionTable } from './session/index.ts';

const MS_PER_S = 1000;

/** There once all parts are put together, which is before anybody collects. */
export interface MeasuredParts {
  readonly sessions: SessionTable;
  readonly agents: AgentWatches;
  readonly approvals: Approvals;
  readonly engines: Engines;
  readonly detector: Detector;
}

export function measureWorker(
  { release, databasePath }: WorkerConfig,
  { clock, delay }: { clock: Clock; delay: EventLoopDelay },
  parts: () => MeasuredParts,
): { registry: Registry; metrics: WorkerMetrics } {
  const registry = new Registry();
  registerProcessMetrics(registry, {
    ...{ app: 'worker', release, delay },
    dataDirectory: dirname(databasePath),
  });
  const all = () => parts().sessions.all();
  const metrics = createWorkerMetrics(registry, {
    phases: () => all().map((session) => session.record.phase),
    attachments: () => all().reduce((sum, session) => sum + session.viewers.count, 0),
    agents: () =>
      parts()
        .agents.statuses()
        .map(({ state, sinceMs }) => ({
          state,
          waitingSeconds: needsPerson(state) ? (clock.nowMs() - sinceMs) / MS_PER_S : 0,
        })),
    openApprovals: () => parts().approvals.all().length,
    engines: () => parts().engines.offered.map(({ name }) => name),
    hasClaude: async () => {
      const found = await parts().detector.summaries();
      return found.some(({ id, available }) => id === 'claude' && available);
    },
  });
  return { registry, metrics };
}
