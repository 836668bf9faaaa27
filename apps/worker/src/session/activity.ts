/** When something last happened in a session: for people by wall time, for deciding by a clock that never jumps. */
import type { Clock } from '@dashboard/runtime/clock';

export class Activity {
  readonly #clock: Clock;
  #atMs: number;
  #monotonicMs: number;
  #typedAtMs = -Infinity;

  /** @param atMs wall time of what happened before this worker */
  constructor(clock: Clock, atMs: number) {
    this.#clock = clock;
    this.#atMs = atMs;
    this.#monotonicMs = clock.monotonicMs();
  }

  /** Milliseconds since the epoch. */
  get atMs(): number {
    return this.#atMs;
  }

  /** Milliseconds; counted from the start of this worker where that is later. */
  get quietMs(): number {
    return this.#clock.monotonicMs() - this.#monotonicMs;
  }

  /** How long nobody has typed, milliseconds; endless when nobody has since this worker started. */
  get untypedMs(): number {
    return this.#clock.monotonicMs() - this.#typedAtMs;
  }

  typed(): void {
    this.touch();
    this.#typedAtMs = this.#monotonicMs;
  }

  touch(): void {
    this.#atMs = this.#clock.nowMs();
    this.#monotonicMs = this.#clock.monotonicMs();
  }
}
