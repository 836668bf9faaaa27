/** The time, as a state that moves a few times a minute: enough for "4 min ago". */
import type { Clock } from '@dashboard/runtime/clock';

const TICK_MS = 10_000;

export class Now {
  ms = $state(0);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.ms = clock.nowMs();
  }

  /** @returns a function that stops it */
  start(): () => void {
    this.ms = this.#clock.nowMs();
    return this.#clock.every(TICK_MS, () => (this.ms = this.#clock.nowMs()));
  }
}
