/** How long to wait before the next try to come back: short at first, then every five seconds. */
import { RECONNECT_DELAYS_MS } from '@dashboard/protocol/limits';

/** Spread, so that all viewers of a gateway that restarts do not return in the same instant. */
const JITTER = 0.2;

export class Backoff {
  readonly #random: () => number;
  #tries = 0;

  /** @param random from 0 to 1 */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds to wait before the next try. */
  next(): number {
    const place = Math.min(this.#tries, RECONNECT_DELAYS_MS.length - 1);
    this.#tries += 1;
    const factor = 1 + JITTER * (2 * this.#random() - 1);
    return Math.round((RECONNECT_DELAYS_MS[place] ?? 0) * factor);
  }

  reset(): void {
    this.#tries = 0;
  }
}
