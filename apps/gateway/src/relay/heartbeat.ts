/**
 * Finds the browser that takes nothing any more. What is queued here does not tell: the kernel takes
 * megabytes for a browser that reads none of them. So whoever was sent something must be heard in
 * time, by any frame of its own or by the answer to a ping, which a browser gives without the page.
 */
import type { Clock } from '@dashboard/runtime/clock';
import {
  ASK_AFTER_MS,
  HEARTBEAT_CHECK_EVERY_MS,
  PING_EVERY_MS,
  SNAPSHOT_BYTES_PER_S_MIN,
  STALLED_AFTER_MS,
} from './limits.ts';

/** What is asked of the browser's socket. */
export interface PingedSocket {
  /** Nothing of the browser is read while the worker does not keep up: then it cannot be heard. */
  readonly isPaused: boolean;
  ping(): void;
}

export interface HeartbeatOptions {
  readonly socket: PingedSocket;
  readonly clock: Clock;
  /** Once: it took nothing of what it was sent, or it did not even answer a ping. */
  stalled(why: 'too_slow' | 'browser'): void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #stopTimers: (() => void)[] = [];
  /** Since when it has been sent something and not been heard. */
  #owesSinceMs: number | undefined;
  #owesForOutput = false;
  #isAsked = false;
  /** A snapshot is acknowledged as a whole: a slow line gets the time that it takes there. */
  #patienceMs = STALLED_AFTER_MS;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock } = this.#options;
    this.#stopTimers.push(
      clock.every(HEARTBEAT_CHECK_EVERY_MS, () => this.#check()),
      clock.every(PING_EVERY_MS, () => {
        if (this.#owesSinceMs === undefined) this.#ask();
      }),
    );
  }

  stop(): void {
    for (const stop of this.#stopTimers.splice(0)) stop();
  }

  sent(frame: { readonly bytes: number; readonly isSnapshot: boolean }): void {
    this.#owesSinceMs ??= this.#options.clock.monotonicMs();
    this.#owesForOutput = true;
    if (frame.isSnapshot) this.#patienceMs += (frame.bytes / SNAPSHOT_BYTES_PER_S_MIN) * 1000;
  }

  heard(): void {
    this.#owesSinceMs = undefined;
    this.#owesForOutput = false;
    this.#isAsked = false;
    this.#patienceMs = STALLED_AFTER_MS;
  }

  #check(): void {
    const { clock, socket, stalled } = this.#options;
    if (socket.isPaused) return this.heard();
    if (this.#owesSinceMs === undefined) return;
    const owesMs = clock.monotonicMs() - this.#owesSinceMs;
    if (owesMs >= this.#patienceMs) {
      this.stop();
      stalled(this.#owesForOutput ? 'too_slow' : 'browser');
    } else if (owesMs >= ASK_AFTER_MS && !this.#isAsked) this.#ask();
  }

  #ask(): void {
    this.#isAsked = true;
    this.#owesSinceMs ??= this.#options.clock.monotonicMs();
    this.#options.socket.ping();
  }
}
