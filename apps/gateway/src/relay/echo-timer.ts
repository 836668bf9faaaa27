/**
 * How long a typed key takes to come back: from its frame to the next output for the same browser.
 * Which output is its echo nobody can tell, so only a single key is timed, and only one at a time; a
 * program that prints by itself makes it look quicker, a key that prints nothing is given up.
 */
import { VIEWER_FRAME } from '@dashboard/protocol/terminal/viewer-frames';
import { WORKER_FRAME } from '@dashboard/protocol/terminal/worker-frames';
import type { Clock } from '@dashboard/runtime/clock';
import { ECHO_MS_MAX } from './limits.ts';

/** Type and offset come before the bytes that were typed. */
const INPUT_HEADER_BYTES = 9;
/** Printable; what a control key does is rarely an echo. */
const [SPACE, DELETE] = [0x20, 0x7f];

export class EchoTimer {
  readonly #clock: Clock;
  readonly #echoed: (tookMs: number) => void;
  #typedAtMs: number | undefined;

  constructor(clock: Clock, echoed: (tookMs: number) => void) {
    this.#clock = clock;
    this.#echoed = echoed;
  }

  fromBrowser(frame: Uint8Array): void {
    if (!isOneKey(frame)) return;
    const nowMs = this.#clock.monotonicMs();
    // The first of several keys is the one whose echo comes first.
    if (this.#typedAtMs === undefined || nowMs - this.#typedAtMs > ECHO_MS_MAX) {
      this.#typedAtMs = nowMs;
    }
  }

  fromWorker(frame: Uint8Array): void {
    if (this.#typedAtMs === undefined || frame[0] !== WORKER_FRAME.output) return;
    const tookMs = this.#clock.monotonicMs() - this.#typedAtMs;
    this.#typedAtMs = undefined;
    if (tookMs <= ECHO_MS_MAX) this.#echoed(tookMs);
  }
}

function isOneKey(frame: Uint8Array): boolean {
  if (frame[0] !== VIEWER_FRAME.input || frame.length !== INPUT_HEADER_BYTES + 1) return false;
  const key = frame[INPUT_HEADER_BYTES] ?? 0;
  return key >= SPACE && key < DELETE;
}
