/**
 * One browser socket, one connection to the worker, and the frames between them. Nothing is queued
 * here: whichever side does not keep up, the other is read no further.
 */
import { DashboardError, ERRORS, type ErrorCode } from '@dashboard/protocol/errors';
import type { Role } from '@dashboard/protocol/roles';
import {
  decodeWorkerFrame,
  encodeWorkerFrame,
  WORKER_FRAME,
  type ClosingReason,
} from '@dashboard/protocol/terminal/worker-frames';
import type { Clock } from '@dashboard/runtime/clock';
import type { FrameStream, FrameStreamEvents } from '@dashboard/runtime/frame-stream';
import type { WebSocket } from 'ws';
import { EchoTimer } from './echo-timer.ts';
import { Heartbeat } from './heartbeat.ts';
import {
  BROWSER_HIGH_WATER_BYTES,
  BROWSER_LOW_WATER_BYTES,
  CLOSE_TIMEOUT_MS,
  LEAVE_TIMEOUT_MS,
} from './limits.ts';
import { requireMaySend } from './permissions.ts';

/** Counts, for the metrics and the audit. */
export interface RelayObserver {
  toBrowser(frame: Uint8Array): void;
  toWorker(frame: Uint8Array): void;
  /** The worker serves it now, or does not. */
  attached(outcome: 'ok' | 'failed', tookMs: number): void;
  /** A key that was typed has come back as output. */
  echoed(tookMs: number): void;
  closed(why: ErrorCode | 'browser'): void;
}

/** What a socket is closed with after the worker has said why it hangs up. */
const CODES = {
  draining: 'draining',
  revoked: 'forbidden',
  replaced: 'conflict',
  too_slow: 'too_slow',
  removed: 'session_not_found',
  worker_gone: 'worker_unavailable',
  malformed: 'invalid_request',
  // Whoever reads only the code comes back, as after a gateway that goes; that is all it has to do.
  resumed: 'draining',
} as const satisfies Record<ClosingReason, ErrorCode>;

export interface RelayOptions {
  readonly socket: WebSocket;
  readonly role: Role;
  readonly clock: Clock;
  readonly observer: RelayObserver;
  /** Opens the worker's side. @throws DashboardError */
  attach(events: FrameStreamEvents): Promise<FrameStream>;
}

export class Relay {
  readonly #options: RelayOptions;
  readonly #socket: WebSocket;
  readonly #heartbeat: Heartbeat;
  readonly #echo: EchoTimer;
  #stream: FrameStream | undefined;
  #isReadingWorker = true;
  #workerSaid: ClosingReason | undefined;
  #isOver = false;
  #cancelLeaving: (() => void) | undefined;
  readonly #whenOver: (() => void)[] = [];

  /** Takes the socket over at once, since a message that nobody listens for is lost. */
  constructor(options: RelayOptions) {
    this.#options = options;
    this.#socket = options.socket;
    const { socket, clock, observer } = options;
    this.#echo = new EchoTimer(clock, (tookMs) => observer.echoed(tookMs));
    this.#heartbeat = new Heartbeat({ socket, clock, stalled: (why) => this.#cutOff(why) });
    this.#socket.pause(); // until there is somebody to forward to
    this.#socket.on('message', (data: Buffer, isBinary: boolean) =>
      this.#onMessage(data, isBinary),
    );
    this.#socket.on('pong', () => this.#heartbeat.heard());
    this.#socket.on('close', () => this.#end('browser'));
    // A broken frame or a reset: ws closes the socket itself, and without a listener the process ends.
    this.#socket.on('error', () => undefined);
  }

  onOver(callback: () => void): void {
    this.#whenOver.push(callback);
  }

  /** Connects the two sides; a failure is told to the browser by the code of its close. */
  async run(): Promise<void> {
    const { clock, observer } = this.#options;
    const startedMs = clock.monotonicMs();
    const tookMs = (): number => clock.monotonicMs() - startedMs;
    try {
      const stream = await this.#options.attach({
        frame: (bytes) => this.#onFrame(bytes),
        drain: () => this.#socket.resume(),
        closed: () => this.#onWorkerClosed(),
      });
      this.#stream = stream;
      observer.attached('ok', tookMs());
      if (this.#isOver) return stream.destroy();
      this.#heartbeat.start();
      this.#socket.resume();
    } catch (error) {
      observer.attached('failed', tookMs());
      this.fail(error instanceof DashboardError ? error.code : 'internal');
    }
  }

  /** Hangs up with the meaning of `code`; told in a frame first where there is a word for it. */
  fail(code: ErrorCode, told?: { readonly reason: ClosingReason; readonly retryMs: number }): void {
    if (this.#isOver) return;
    if (told !== undefined) this.#socket.send(encodeWorkerFrame({ type: 'closing', ...told }));
    this.#end(code);
    this.#socket.resume(); // a paused socket would not see the browser's close
    this.#socket.close(ERRORS[code].closeCode, code);
    const { clock } = this.#options;
    const cancel = clock.after(CLOSE_TIMEOUT_MS, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (this.#isOver || this.#stream === undefined) return;
    this.#heartbeat.heard();
    try {
      if (!isBinary) throw new DashboardError('invalid_request', 'frames are binary');
      requireMaySend(this.#options.role, data);
    } catch (error) {
      const code = error instanceof DashboardError ? error.code : 'internal';
      return this.fail(code, {
        reason: code === 'forbidden' ? 'revoked' : 'malformed',
        retryMs: 0,
      });
    }
    this.#options.observer.toWorker(data);
    this.#echo.fromBrowser(data);
    if (!this.#stream.write(data)) this.#socket.pause();
  }

  #onFrame(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (bytes[0] === WORKER_FRAME.closing) this.#workerSaid = reasonIn(bytes);
    this.#options.observer.toBrowser(bytes);
    this.#echo.fromWorker(bytes);
    this.#socket.send(bytes, () => this.#onSent());
    this.#heartbeat.sent({ bytes: bytes.length, isSnapshot: bytes[0] === WORKER_FRAME.snapshot });
    if (this.#isReadingWorker && this.#socket.bufferedAmount > BROWSER_HIGH_WATER_BYTES) {
      this.#isReadingWorker = false;
      this.#stream?.pause();
    }
  }

  #onSent(): void {
    if (this.#isReadingWorker || this.#socket.bufferedAmount >= BROWSER_LOW_WATER_BYTES) return;
    this.#isReadingWorker = true;
    this.#stream?.resume();
  }

  /** The worker says why in a frame before it hangs up; without one it is gone itself. */
  #onWorkerClosed(): void {
    this.#cancelLeaving?.();
    if (this.#workerSaid !== undefined) return this.fail(CODES[this.#workerSaid]);
    this.fail('worker_unavailable', { reason: 'worker_gone', retryMs: 0 });
  }

  /** It reads nothing, so nothing can be told. */
  #cutOff(why: 'too_slow' | 'browser'): void {
    this.#end(why);
    this.#socket.terminate();
  }

  #end(why: ErrorCode | 'browser'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#heartbeat.stop();
    this.#leaveWorker();
    this.#options.observer.closed(why);
    for (const callback of this.#whenOver) callback();
  }

  /**
   * Reads on until the worker has hung up as well. A connection that is cut while the worker writes
   * takes along what it has not read: the last key of whoever closes a tab right after it.
   */
  #leaveWorker(): void {
    const stream = this.#stream;
    if (stream === undefined || stream.isClosed) return;
    stream.resume();
    stream.end();
    this.#cancelLeaving = this.#options.clock.after(LEAVE_TIMEOUT_MS, () => stream.destroy());
  }
}

function reasonIn(bytes: Uint8Array): ClosingReason | undefined {
  const frame = decodeWorkerFrame(bytes);
  return frame.type === 'closing' ? frame.reason : undefined;
}
