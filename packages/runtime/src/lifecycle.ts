/** Starts the parts of a program in order and stops them in reverse, each with a deadline. */
import { invariant } from '@dashboard/protocol/invariant';
import type { Clock } from './clock.ts';
import { withDeadline } from './deadline.ts';

/** Something that holds a port, a process, a file or a timer. It acquires nothing before start(). */
export interface Part {
  readonly name: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface LifecycleOptions {
  readonly clock: Clock;
  /** For each part; one that takes longer is left behind and reported. Default 10 s. */
  readonly stopTimeoutMs?: number;
  /** Told after each part has stopped, with how long that took. */
  readonly onStopped?: (name: string, tookMs: number) => void;
}

const STOP_TIMEOUT_MS = 10_000;

export class Lifecycle {
  readonly #parts: readonly Part[];
  readonly #options: LifecycleOptions;
  readonly #running: Part[] = [];
  readonly #stopTookMs: Record<string, number> = {};

  constructor(parts: readonly Part[], options: LifecycleOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** @throws Error naming the part that did not start; those before it are stopped again. */
  async start(): Promise<void> {
    invariant(this.#running.length === 0, 'starting twice would leak the first start');
    for (const part of this.#parts) {
      try {
        await part.start();
      } catch (cause) {
        await this.stop().catch(() => undefined); // the failed start is the news
        throw new Error(`${part.name} did not start`, { cause });
      }
      this.#running.push(part);
    }
  }

  /** How long each part took to stop, in the order in which they did. */
  get stopTookMs(): Readonly<Record<string, number>> {
    return this.#stopTookMs;
  }

  /** Stops everything that runs, whatever else fails. @throws AggregateError of what did */
  async stop(): Promise<void> {
    const { clock, stopTimeoutMs = STOP_TIMEOUT_MS, onStopped } = this.#options;
    const failures: unknown[] = [];
    for (let part = this.#running.pop(); part; part = this.#running.pop()) {
      const { name } = part;
      const startedMs = clock.monotonicMs();
      try {
        await withDeadline(part.stop(), { clock, timeoutMs: stopTimeoutMs, what: `stop ${name}` });
        const tookMs = clock.monotonicMs() - startedMs;
        this.#stopTookMs[name] = Math.round(tookMs);
        onStopped?.(name, tookMs);
      } catch (cause) {
        failures.push(new Error(`${name} did not stop`, { cause }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'stopped, with failures');
  }
}
