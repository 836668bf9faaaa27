/**
 * When keys are typed: fixed before the first one, so that a slow answer delays no later key. Who
 * waits for an answer before asking again leaves out the very moments that are worst.
 */

export interface ScheduleOptions {
  readonly count: number;
  readonly everyMs: number;
  /** Share of `everyMs` that a key may come early or late; nothing falls into step with it. */
  readonly jitter: number;
  readonly seed: number;
}

/** @returns milliseconds from the begin, ascending */
export function scheduleOf({ count, everyMs, jitter, seed }: ScheduleOptions): readonly number[] {
  const next = randomFrom(seed);
  return Array.from(
    { length: count },
    (_none, key) => (key + 0.5 + (next() - 0.5) * jitter) * everyMs,
  );
}

/** Mulberry32: the same numbers in [0, 1) for the same seed, on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
