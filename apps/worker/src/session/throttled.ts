/** Runs a task soon after it is asked for, and however often it is asked for, not more often. */
import type { Clock } from '@dashboard/runtime/clock';

export class Throttled {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #task: () => void;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, periodMs: number, task: () => void) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#task = task;
  }

  /** The task runs `periodMs` from now at the latest. */
  ask(): void {
    this.#cancel ??= this.#clock.after(this.#periodMs, () => {
      this.#cancel = undefined;
      this.#task();
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
