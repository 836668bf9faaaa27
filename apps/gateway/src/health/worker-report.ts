/**
 * What the worker finds of its machine: tmux, Claude Code and its version, its disk. It starts
 * programs to find out, so what was found is believed for a while, and askers share one question.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { DoctorReport } from '@dashboard/protocol/doctor';
import type { WorkerHealth } from '@dashboard/protocol/worker/requests';
import type { Clock } from '@dashboard/runtime/clock';
import { WORKER_REPORT_FRESH_MS } from '../limits.ts';
import type { HealthFinding } from './report.ts';

/** @throws DashboardError, both, while it is not reached */
export interface AskWorker {
  doctor(): Promise<DoctorReport>;
  health(): Promise<WorkerHealth>;
}

export interface WorkerFindings {
  readonly health: WorkerHealth | null;
  readonly checks: readonly HealthFinding[];
}

/** The gateway's own disk has that name. */
const OTHER_NAMES: Readonly<Record<string, string>> = { disk: 'worker_disk' };

export class WorkerReport {
  readonly #ask: AskWorker;
  readonly #clock: Clock;
  #checks: Promise<readonly HealthFinding[]> | undefined;
  #askedAtMs = 0;

  constructor(ask: AskWorker, clock: Clock) {
    this.#ask = ask;
    this.#clock = clock;
  }

  async read(): Promise<WorkerFindings> {
    try {
      return { health: await this.#ask.health(), checks: await this.#fresh() };
    } catch (error) {
      if (!(error instanceof DashboardError)) throw error;
      return { health: null, checks: [] };
    }
  }

  #fresh(): Promise<readonly HealthFinding[]> {
    const nowMs = this.#clock.monotonicMs();
    if (this.#checks !== undefined && nowMs - this.#askedAtMs < WORKER_REPORT_FRESH_MS) {
      return this.#checks;
    }
    this.#askedAtMs = nowMs;
    const asked = this.#examine();
    this.#checks = asked;
    asked.catch(() => {
      if (this.#checks === asked) this.#checks = undefined; // the next asker asks anew
    });
    return asked;
  }

  async #examine(): Promise<readonly HealthFinding[]> {
    const { checks } = await this.#ask.doctor();
    return checks.map(({ name, outcome, words }) => ({
      name: OTHER_NAMES[name] ?? name,
      outcome,
      words,
    }));
  }
}
