/** Lets few tasks run at once and few wait; one more is refused at once instead of piling up. */
import { DashboardError } from '@dashboard/protocol/errors';

export interface AtMostOptions {
  readonly running: number;
  readonly waiting: number;
}

const RETRY_AFTER_MS = 1_000;

export class AtMost {
  readonly #options: AtMostOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: AtMostOptions) {
    this.#options = options;
  }

  /** @throws DashboardError rate_limited when too many wait already, and what `task` throws */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      // Whoever waits takes the place over, so that no newcomer slips in between.
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#options.running) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#options.waiting) {
      throw new DashboardError('rate_limited', 'Too many people log in at this moment.', {
        retryAfterMs: RETRY_AFTER_MS,
      });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }
}
