/**
 * Frames over a connected stream socket, in both directions, with backpressure in both: a writer
 * learns when the other side does not read, a reader may stop reading and loses nothing.
 */
import type { Socket } from 'node:net';
import { FrameParser, LENGTH_BYTES } from './frame-parser.ts';

/** Bytes queued in this process above which write() says so; the kernel holds about 200 KiB more. */
export const WRITE_HIGH_WATER_BYTES = 256 * 1024;
/** A frame up to this size is put together: copying it costs less than a second buffer for writev(2). */
const COPIED_BYTES_MAX = 4 * 1024;

export interface FrameStreamEvents {
  /** A view that stays valid; the receiver may keep it. */
  frame(bytes: Uint8Array): void;
  /** write() may be called again after it answered false. */
  drain?(): void;
  /** Once, whoever hung up. The error is what the socket or the parser said. */
  closed(error: Error | undefined): void;
}

export class FrameStream {
  readonly #socket: Socket;
  readonly #parser: FrameParser;
  #events: FrameStreamEvents;
  #isPaused = false;
  #isClosed = false;
  #isGathering = false;
  #error: Error | undefined;

  constructor(socket: Socket, frameBytesMax: number, events: FrameStreamEvents) {
    this.#socket = socket;
    this.#parser = new FrameParser(frameBytesMax);
    this.#events = events;
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('drain', () => this.#events.drain?.());
    socket.on('error', (error) => (this.#error ??= error));
    socket.on('close', () => this.#onClose());
  }

  /** Bytes written here that the kernel has not taken. */
  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** From the next frame on, somebody else listens: a handshake hands its connection over. */
  handOver(events: FrameStreamEvents, frameBytesMax: number): void {
    this.#events = events;
    this.#parser.frameBytesMax = frameBytesMax;
  }

  /**
   * Sends one frame made of `parts`, which must not change afterwards: they may not be copied. The
   * first frame of a tick goes out at once, since a key or its echo is mostly the only one; whatever
   * follows in the same tick goes out together.
   * @returns false when the other side does not keep up: wait for drain before writing more
   */
  write(...parts: readonly Uint8Array[]): boolean {
    if (this.#isClosed) return true; // closed() tells; there is nobody to wait for
    for (const buffer of frameOf(parts)) this.#socket.write(buffer);
    this.#gather();
    return this.#socket.writableLength < WRITE_HIGH_WATER_BYTES;
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#deliver();
    if (!this.#isPaused) this.#socket.resume();
  }

  /** Sends what is written, then hangs up. */
  end(): void {
    this.#socket.end();
  }

  destroy(error?: Error): void {
    this.#error ??= error;
    this.#socket.destroy();
  }

  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      this.#socket.uncork();
    });
  }

  #onData(chunk: Uint8Array): void {
    this.#parser.push(chunk);
    this.#deliver();
  }

  #deliver(): void {
    try {
      while (!this.#isPaused && !this.#isClosed) {
        const frame = this.#parser.next();
        if (frame === undefined) return;
        this.#events.frame(frame);
      }
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #onClose(): void {
    this.#isClosed = true;
    this.#events.closed(this.#error);
  }
}

/** The length and the parts: a small frame as one buffer, a large one with its last part as it is. */
function frameOf(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  let length = 0;
  for (const part of parts) length += part.length;
  const last = length > COPIED_BYTES_MAX ? parts.at(-1) : undefined;
  const copied = length - (last?.length ?? 0);
  const head = Buffer.allocUnsafe(LENGTH_BYTES + copied);
  head.writeUInt32BE(length);
  let at = LENGTH_BYTES;
  for (const part of last === undefined ? parts : parts.slice(0, -1)) {
    head.set(part, at);
    at += part.length;
  }
  return last === undefined ? [head] : [head, last];
}
