/**
 * Bytes on their way into a PTY. A program that does not read leaves about 4 KiB of room in the
 * kernel; the rest waits here. Node cannot wait for a PTY master to become writable (libuv would
 * spin on it, and node-pty does), so room is looked for again after a pause.
 */
import { writeSync } from 'node:fs';
import { DashboardError } from '@dashboard/protocol/errors';
import { MiB } from '@dashboard/protocol/limits';
import type { Clock } from '@dashboard/runtime/clock';

/** A session stops its viewers long before this much waits. */
export const INPUT_PENDING_BYTES_MAX = 1 * MiB;
/** 4 KiB a millisecond is 4 MB/s for a program that reads; one that does not is asked seldom. */
const RETRY_MS = 1;
const RETRY_MS_MAX = 50;

export class PtyInput {
  readonly #fd: number;
  readonly #clock: Clock;
  readonly #queue: Uint8Array[] = [];
  readonly #drained: (() => void)[] = [];
  #pendingBytes = 0;
  #retryMs = RETRY_MS;
  #cancelRetry: (() => void) | undefined;
  #isClosed = false;

  constructor(fd: number, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** @throws DashboardError rate_limited when INPUT_PENDING_BYTES_MAX would be exceeded */
  write(bytes: Uint8Array): void {
    if (this.#isClosed || bytes.length === 0) return;
    if (this.#pendingBytes + bytes.length > INPUT_PENDING_BYTES_MAX) {
      throw new DashboardError('rate_limited', 'the program reads none of its input');
    }
    this.#queue.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#cancelRetry === undefined) this.#flush();
  }

  onDrained(callback: () => void): void {
    if (this.#pendingBytes === 0) this.#clock.soon(callback);
    else this.#drained.push(callback);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#queue.length = this.#pendingBytes = 0;
  }

  #flush(): void {
    this.#cancelRetry = undefined;
    const before = this.#pendingBytes;
    while (this.#queue.length > 0 && this.#writeFirst());
    if (this.#pendingBytes > 0) return this.#retry(this.#pendingBytes < before);
    for (const callback of this.#drained.splice(0)) callback();
  }

  #retry(hasMoved: boolean): void {
    this.#retryMs = hasMoved ? RETRY_MS : Math.min(2 * this.#retryMs, RETRY_MS_MAX);
    this.#cancelRetry = this.#clock.after(this.#retryMs, () => this.#flush());
  }

  /** On the calling thread: fs.write would go through the thread pool and cost a key 50 µs more.
   * @returns whether all of the first chunk was taken */
  #writeFirst(): boolean {
    const [first] = this.#queue;
    if (first === undefined) return false;
    const taken = writeSome(this.#fd, first);
    this.#pendingBytes -= taken;
    if (taken === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(taken);
    return taken === first.length;
  }
}

/** @returns how many bytes there was room for */
function writeSome(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
