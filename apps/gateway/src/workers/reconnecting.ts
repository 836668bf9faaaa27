/** Keeps one connection to a worker open: opens it, and again whenever it is lost, with more patience. */
import type { Clock } from '@dashboard/runtime/clock';
import type { FrameStream, FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import { RETRY_MS, RETRY_MS_MAX } from './limits.ts';

const JITTER = 0.2;

export interface ReconnectingOptions {
  readonly clock: Clock;
  open(events: FrameStreamEvents): Promise<FrameStream>;
  onUp?(stream: FrameStream): void;
  onFrame(frame: Uint8Array): void;
  /** Told once for each loss, and once for a first try that fails. */
  onDown(error: unknown): void;
}

export class Reconnecting {
  readonly #options: ReconnectingOptions;
  #stream: FrameStream | undefined;
  #isStopped = true;
  #isKnownDown = false;
  #failures = 0;
  #cancelRetry: (() => void) | undefined;

  constructor(options: ReconnectingOptions) {
    this.#options = options;
  }

  /** Undefined while the worker is away. */
  get stream(): FrameStream | undefined {
    return this.#stream;
  }

  /** Returns after the first try, whether or not it succeeded. */
  async start(): Promise<void> {
    this.#isStopped = false;
    await this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry?.();
    this.#stream?.destroy();
  }

  /** Gives up a connection on which nobody answers, and tries to open another. */
  drop(error: Error): void {
    this.#stream?.destroy(error);
  }

  /** Somebody knows that the worker is there: tries now instead of after the pause. */
  hurry(): void {
    if (this.#isStopped || this.#cancelRetry === undefined) return;
    this.#cancelRetry();
    this.#cancelRetry = undefined;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const { open, onUp, onFrame } = this.#options;
    try {
      const stream = await open({
        frame: (bytes) => onFrame(bytes),
        closed: (error) => this.#onLost(error),
      });
      if (this.#isStopped) return stream.destroy();
      this.#stream = stream;
      this.#failures = 0;
      this.#isKnownDown = false;
      onUp?.(stream);
    } catch (error) {
      this.#onLost(error);
    }
  }

  #onLost(error: unknown): void {
    this.#stream = undefined;
    if (this.#isStopped) return;
    if (!this.#isKnownDown) this.#options.onDown(error);
    this.#isKnownDown = true;
    const delayMs = Math.min(RETRY_MS * 2 ** this.#failures++, RETRY_MS_MAX);
    const jitter = 1 + (Math.random() * 2 - 1) * JITTER;
    this.#cancelRetry = this.#options.clock.after(delayMs * jitter, () => {
      this.#cancelRetry = undefined;
      void this.#connect();
    });
  }
}
