/** Time as a dependency. Nothing else in the repository may call Date.now or setTimeout. */

export interface Clock {
  /** Milliseconds since the epoch. For records, never for measuring. */
  nowMs(): number;
  /** Milliseconds on a clock that never steps back. For measuring and deadlines. */
  monotonicMs(): number;
  /** Runs `task` once, `delayMs` from now, unless the returned function is called first. */
  after(delayMs: number, task: () => void): () => void;
  /** Runs `task` each `periodMs` until the returned function is called. */
  every(periodMs: number, task: () => void): () => void;
  /** Runs `task` as soon as the input that is waiting now has been read. */
  soon(task: () => void): void;
}

/** Browsers have no setImmediate. */
const nextTurn: (task: () => void) => void =
  typeof setImmediate === 'function' ? setImmediate : setTimeout;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, task) {
    const timer = setInterval(task, periodMs);
    return () => clearInterval(timer);
  },
  soon(task) {
    nextTurn(task);
  },
};
