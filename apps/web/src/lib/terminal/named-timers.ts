/** Timers with names: the newest of a name replaces the one before, and all can be stopped at once. */
import type { Clock } from '@dashboard/runtime/clock';

export class NamedTimers<Name extends string> {
  readonly #clock: Clock;
  readonly #cancels = new Map<Name, () => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  after(name: Name, delayMs: number, task: () => void): void {
    this.cancel(name);
    this.#cancels.set(name, this.#clock.after(delayMs, task));
  }

  every(name: Name, periodMs: number, task: () => void): void {
    this.cancel(name);
    this.#cancels.set(name, this.#clock.every(periodMs, task));
  }

  cancel(...names: readonly Name[]): void {
    for (const name of names) {
      this.#cancels.get(name)?.();
      this.#cancels.delete(name);
    }
  }

  cancelAll(): void {
    this.cancel(...this.#cancels.keys());
  }
}
