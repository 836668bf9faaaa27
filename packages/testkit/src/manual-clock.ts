/** A clock that moves when told, so that a test can say "not a millisecond before". */
import type { Clock } from '@dashboard/runtime/clock';

interface Timer {
  readonly dueMs: number;
  readonly number: number;
  readonly periodMs: number | undefined;
  readonly task: () => void;
}

export class ManualClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  #count = 0;
  readonly #timers = new Map<number, Timer>();
  #soon: (() => void)[] = [];

  /** @param nowMs wall time at the begin, milliseconds since the epoch */
  constructor(nowMs = Date.UTC(2030, 0, 1)) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#add({ delayMs, periodMs: undefined, task });
  }

  every(periodMs: number, task: () => void): () => void {
    return this.#add({ delayMs: periodMs, periodMs, task });
  }

  soon(task: () => void): void {
    this.#soon.push(task);
  }

  /** Timers that are waiting; a test of who cleans up asks for 0. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Runs what is due within `ms`, in order, each at its own time. */
  advance(ms: number): void {
    const endMs = this.#monotonicMs + ms;
    this.settle();
    for (let next = this.#next(endMs); next; next = this.#next(endMs)) {
      this.#moveTo(next.dueMs);
      this.#timers.delete(next.number);
      if (next.periodMs !== undefined) {
        this.#timers.set(next.number, { ...next, dueMs: next.dueMs + next.periodMs });
      }
      next.task();
      this.settle();
    }
    this.#moveTo(endMs);
  }

  /** Runs what soon() was asked to, without moving time. */
  settle(): void {
    for (let tasks = this.#soon; tasks.length > 0; tasks = this.#soon) {
      this.#soon = [];
      for (const task of tasks) task();
    }
  }

  /** Wall time jumps, as when a machine learns the right time. Timers do not notice. */
  jumpWallTime(ms: number): void {
    this.#nowMs += ms;
  }

  #add(wanted: { delayMs: number; periodMs: number | undefined; task: () => void }): () => void {
    const number = ++this.#count;
    const { delayMs, periodMs, task } = wanted;
    this.#timers.set(number, { dueMs: this.#monotonicMs + delayMs, number, periodMs, task });
    return () => this.#timers.delete(number);
  }

  #next(endMs: number): Timer | undefined {
    const due = [...this.#timers.values()].filter((timer) => timer.dueMs <= endMs);
    return due.sort((a, b) => a.dueMs - b.dueMs || a.number - b.number)[0];
  }

  #moveTo(ms: number): void {
    this.#nowMs += ms - this.#monotonicMs;
    this.#monotonicMs = ms;
  }
}
