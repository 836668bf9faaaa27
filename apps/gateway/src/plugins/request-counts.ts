/**
 * How many requests came from each address in its window, on a clock that never steps back. The
 * plugin's own store goes by wall time: set that back an hour, and for an hour no window ends.
 */
import type { Clock } from '@dashboard/runtime/clock';
import { RATE_LIMIT_ADDRESSES_MAX } from '../limits.ts';

type Counted = (error: Error | null, result: { current: number; ttl: number }) => void;

interface Window {
  readonly startedMs: number;
  count: number;
}

export class RequestCounts {
  readonly #clock: Clock;
  /** The address that asked last stands last. */
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As the plugin wants it. @param windowMs in which requests count together */
  incr(address: string, counted: Counted, windowMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#windows.get(address);
    const isOver = known === undefined || nowMs - known.startedMs >= windowMs;
    const window = isOver ? { startedMs: nowMs, count: 0 } : known;
    window.count++;
    this.#windows.delete(address);
    this.#windows.set(address, window);
    const [quietest] = this.#windows.keys();
    if (this.#windows.size > RATE_LIMIT_ADDRESSES_MAX && quietest !== undefined) {
      this.#windows.delete(quietest);
    }
    counted(null, { current: window.count, ttl: window.startedMs + windowMs - nowMs });
  }

  /** Routes have no counts of their own. */
  child(): this {
    return this;
  }
}
