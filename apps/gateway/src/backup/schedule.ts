/** Runs a task at the times of a cron line, one at a time. The time on the wall may jump meanwhile. */
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import { Cron } from 'croner';
import { SCHEDULE_CHECK_MS } from './limits.ts';
import { BackupRefused, inWords } from './refused.ts';

export interface ScheduleOptions {
  /** Five fields of cron, in the local time zone. */
  readonly line: string;
  readonly clock: Clock;
  /** Must not throw: how it went is its own to tell. */
  readonly task: () => Promise<void>;
  /** Told when the next run is, milliseconds since the epoch. */
  readonly planned: (atMs: number) => void;
}

export class Schedule implements Part {
  readonly name = 'schedule';
  readonly #options: ScheduleOptions;
  readonly #cron: Cron;
  #nextAtMs = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #stopChecking: (() => void) | undefined;

  /** @throws BackupRefused for a line that is none, or never comes true */
  constructor(options: ScheduleOptions) {
    this.#options = options;
    try {
      this.#cron = new Cron(options.line, { paused: true, mode: '5-part' });
      if (this.#cron.nextRun() === null) throw new Error('it never comes true');
    } catch (error) {
      throw new BackupRefused(`--every ${JSON.stringify(options.line)}: ${inWords(error)}`);
    }
  }

  async start(): Promise<void> {
    this.#plan();
    this.#stopChecking = this.#options.clock.every(SCHEDULE_CHECK_MS, () => this.#check());
  }

  /** A run under way is finished. */
  async stop(): Promise<void> {
    this.#stopChecking?.();
    await this.#running;
  }

  #plan(): void {
    const { clock, planned } = this.#options;
    const next = this.#cron.nextRun(new Date(clock.nowMs()));
    this.#nextAtMs = next?.getTime() ?? Number.POSITIVE_INFINITY;
    planned(this.#nextAtMs);
  }

  #check(): void {
    const { clock, task } = this.#options;
    if (this.#running !== undefined || clock.nowMs() < this.#nextAtMs) return;
    this.#plan();
    this.#running = task().finally(() => (this.#running = undefined));
  }
}
