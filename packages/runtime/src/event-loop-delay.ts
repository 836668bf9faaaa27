/** How late the event loop runs what is due: what every key that is typed waits for. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Part } from './lifecycle.ts';

/** How often the delay is sampled: ten wake-ups a second cost nothing. */
const SAMPLE_MS = 100;

const NS_PER_S = 1e9;
const MS_PER_S = 1e3;

export interface Delays {
  readonly p99Seconds: number;
  readonly maxSeconds: number;
}

export class EventLoopDelay implements Part {
  readonly name = 'event loop delay';
  readonly #histogram = monitorEventLoopDelay({ resolution: SAMPLE_MS });

  async start(): Promise<void> {
    this.#histogram.enable();
  }

  async stop(): Promise<void> {
    this.#histogram.disable();
  }

  /** How many stand behind the next reading; 0 right after one. */
  get samples(): number {
    return this.#histogram.count;
  }

  /** Since it was taken last, so that a stall is in one reading and not in all that follow. */
  take(): Delays {
    const [p99, max] = [this.#histogram.percentile(99), this.#histogram.max];
    this.#histogram.reset();
    return { p99Seconds: toDelay(p99), maxSeconds: toDelay(max) };
  }
}

/** Node measures from sample to sample: the time between two samples is no delay. */
function toDelay(ns: number): number {
  return Math.max(0, ns / NS_PER_S - SAMPLE_MS / MS_PER_S);
}
