/** The time, as a state that moves a few times a minute: enough for "4 min ago". */
import type { Clock } from '@dashboard/runtime/clock';

/** Unless another is asked for: a list whose words change each second is restless. */
const TICK_MS = 10_000;

export class Now {
  ms = $state(0);
  readonly #clock: Clock;
  readonly #tickMs: number;

  constructor(clock: Clock, tickMs = TICK_MS) {
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.ms = clock.nowMs();
  }

  /** @returns a function that stops it */
  start(): () => void {
    this.ms = this.#clock.nowMs();
    return this.#clock.every(this.#tickMs, () => (this.ms = this.#clock.nowMs()));
  }
}
