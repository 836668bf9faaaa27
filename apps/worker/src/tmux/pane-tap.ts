/**
 * The raw bytes of one tmux pane, both ways, through a pair of FIFOs that two cat(1) of pipe-pane
 * connect to it. What is read here has left tmux, so it is always read: tmux would keep what is not
 * without bound. Knows names and bytes, no tmux command.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DashboardError } from '@dashboard/protocol/errors';
import { KiB, MiB } from '@dashboard/protocol/limits';
import type { Clock } from '@dashboard/runtime/clock';
import { readBuffer } from '../pane/index.ts';

const READ_BYTES_MAX = 64 * KiB;
/**
 * Input that the FIFO has not taken. tmux itself takes input without bound and keeps it until the
 * program reads, so this is reached only when tmux is stopped. A session stops viewers long before.
 */
export const INPUT_PENDING_BYTES_MAX = 1 * MiB;
const MKFIFO_TIMEOUT_MS = 5_000;

/** After the end of a program the last bytes are on their way through cat(1). Nobody says when they
 * have arrived, so it is over when none came for this long, or after the other time at last. */
const QUIET_MS = 40;
const QUIET_TIMEOUT_MS = 1_000;

/** cat(1) ends a millisecond after its input, or once it is its turn. One that hangs is not waited for. */
const CAT_CHECK_MS = 2;
const CAT_TIMEOUT_MS = 2_000;

const run = promisify(execFile);

export interface PaneTapOptions {
  readonly directory: string;
  /** Of the two files: `<name>.in` and `<name>.out`. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

export interface PaneTapEvents {
  /** The array is read into again. */
  output(bytes: Uint8Array): void;
  /** cat(1) has gone: the program has ended, or somebody killed cat. Not told after close(). */
  ended(): void;
}

export async function makeFifos(
  paths: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  // What a killed worker left behind; its cats keep the old files open and are not disturbed.
  await Promise.all(paths.map(removeFifo));
  const options = { env: environment, timeout: MKFIFO_TIMEOUT_MS };
  await run('mkfifo', ['-m', '600', ...paths], options);
}

/**
 * Who opens a FIFO waits for somebody at the other end, for ever once its name is gone: a shell that
 * tmux had just started when the worker was killed would. We are that somebody until it is unlinked.
 */
export async function removeFifo(path: string): Promise<void> {
  const bothEnds = await open(path, constants.O_RDWR | constants.O_NONBLOCK).catch(() => undefined);
  await rm(path, { force: true });
  await bothEnds?.close();
}

/** Node gives no other way to wait for a FIFO without a thread than the socket of a file descriptor. */
export class PaneTap {
  readonly #options: PaneTapOptions;
  readonly #events: PaneTapEvents;
  readonly #inputFd: number;
  readonly #input: Socket;
  readonly #output: Socket;
  readonly #drained: (() => void)[] = [];
  #pendingBytes = 0;
  #isClosed = false;
  #closing: Promise<void> | undefined;
  readonly #onActivity = new Set<() => void>();

  /** @throws Error when the FIFOs cannot be made */
  static async open(options: PaneTapOptions, events: PaneTapEvents): Promise<PaneTap> {
    await makeFifos(pathsOf(options), options.environment);
    return new PaneTap(options, events);
  }

  private constructor(options: PaneTapOptions, events: PaneTapEvents) {
    this.#options = options;
    this.#events = events;
    const [input, output] = openBoth(pathsOf(options));
    this.#inputFd = input;
    this.#input = new Socket({ fd: input, readable: false, writable: true });
    this.#output = new Socket({
      fd: output,
      readable: true,
      writable: false,
      onread: {
        buffer: readBuffer(),
        callback: (count, buffer) => this.#read(buffer.subarray(0, count)),
      },
    });
    for (const socket of [this.#input, this.#output]) socket.on('error', () => undefined);
    this.#output.pause().on('close', () => {
      if (!this.#isClosed) events.ended();
    });
  }

  /** Nothing is read before: what the pane prints until then waits in the FIFO and in tmux. */
  start(): void {
    this.#output.resume();
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
    this.#pendingBytes += bytes.length;
    // Node writes at once and queues only what the FIFO does not take.
    this.#input.write(bytes, () => {
      this.#pendingBytes -= bytes.length;
      if (this.#pendingBytes > 0) return;
      for (const callback of this.#drained.splice(0)) callback();
    });
  }

  onDrained(callback: () => void): void {
    if (this.#pendingBytes === 0) this.#options.clock.soon(callback);
    else this.#drained.push(callback);
  }

  /**
   * No more input goes through here. What cat(1) has taken has left it when this is fulfilled, for
   * cat ends with its input; on a machine under load it may not even have been started.
   * @returns what it has not taken, in order
   */
  async endInput(): Promise<readonly Uint8Array[]> {
    const untaken = await this.#takeBack();
    const closed = once(this.#input, 'close');
    this.#input.destroy();
    await closed;
    const [path] = pathsOf(this.#options);
    const { clock } = this.#options;
    const endMs = clock.monotonicMs() + CAT_TIMEOUT_MS;
    while (hasReader(path) && clock.monotonicMs() < endMs) {
      await new Promise<void>((resolve) => void clock.after(CAT_CHECK_MS, resolve));
    }
    return untaken;
  }

  async #takeBack(): Promise<readonly Uint8Array[]> {
    const taken: Uint8Array[] = [];
    for (;;) {
      const bytes = this.#isClosed ? undefined : readSome(this.#inputFd);
      if (bytes !== undefined) taken.push(bytes);
      else if (this.#isClosed || this.#pendingBytes === 0) return taken;
      // What waits in this process goes into the FIFO as soon as there is room.
      else await new Promise<void>((resolve) => this.#options.clock.soon(resolve));
    }
  }

  /** Fulfilled when no output has come for QUIET_MS, at the latest after QUIET_TIMEOUT_MS. */
  quiet(): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        this.#onActivity.delete(wait);
        cancelQuiet();
        cancelTimeout();
        resolve();
      };
      const wait = (): void => {
        cancelQuiet();
        cancelQuiet = clock.after(QUIET_MS, done);
      };
      const cancelTimeout = clock.after(QUIET_TIMEOUT_MS, done);
      let cancelQuiet = clock.after(QUIET_MS, done);
      this.#onActivity.add(wait);
    });
  }

  /** Both cats end when nobody holds the other side: the one at once, the other with the next byte. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** Whoever closes it again waits too: the names may then be those of another tap. */
  async #close(): Promise<void> {
    this.#isClosed = true;
    this.#input.destroy();
    this.#output.destroy();
    await Promise.all(pathsOf(this.#options).map(removeFifo));
  }

  #read(bytes: Uint8Array): true {
    for (const wait of this.#onActivity) wait();
    if (!this.#isClosed) this.#events.output(bytes);
    return true;
  }
}

function pathsOf({ directory, name }: PaneTapOptions): [string, string] {
  return [join(directory, `${name}.in`), join(directory, `${name}.out`)];
}

function openBoth([input, output]: readonly [string, string]): [number, number] {
  // Open for both, so that neither we nor cat(1) wait for the other to open it first.
  const inputFd = openSync(input, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    return [inputFd, openSync(output, constants.O_RDONLY | constants.O_NONBLOCK)];
  } catch (error) {
    closeSync(inputFd);
    throw error;
  }
}

/** @returns undefined when there is nothing in the FIFO. @throws Error when it cannot be read */
function readSome(fd: number): Uint8Array | undefined {
  const buffer = Buffer.allocUnsafe(READ_BYTES_MAX);
  try {
    const count = readSync(fd, buffer);
    return count === 0 ? undefined : buffer.subarray(0, count);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return undefined;
    throw error;
  }
}

/** Who opens a FIFO for writing without waiting is refused (ENXIO) while nobody reads it. */
function hasReader(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false; // or it is gone
  }
}
