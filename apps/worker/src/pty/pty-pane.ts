/**
 * A program on a PTY of the worker's own. Its output is complete: the slave is held open until the
 * program has been waited for, so that no hangup comes before the last byte, and the end is told
 * when the master has nothing more to give. It ends with the worker.
 *
 * The master has no close-on-exec flag, and Node has no way to set it: programs started later
 * inherit it. They run as the same user, so they learn nothing they could not have, but a master
 * that a stray program holds keeps the hangup away from this one; hence the SIGHUP in close().
 */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { KiB } from '@dashboard/protocol/limits';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Clock } from '@dashboard/runtime/clock';
import { readBuffer } from '../pane/index.ts';
import type { Pane, PaneEvents, PaneExit } from '../session/ports.ts';
import type { Fork, NativePty } from './native.ts';
import { PtyInput } from './pty-input.ts';

/** The kernel gives at most 4095 bytes at once; what has come until the next turn goes on together. */
const READ_BYTES_MAX = 64 * KiB;
/**
 * When the program is gone but others still hold its terminal, there is no last byte. Then the
 * output is over when none came for this long.
 */
const QUIET_MS = 25;

export interface PtyPaneDeps {
  readonly native: NativePty;
  readonly clock: Clock;
  readonly onDisposed: (pane: PtyPane) => void;
}

export class PtyPane implements Pane {
  readonly pid: number;
  readonly #deps: PtyPaneDeps;
  readonly #events: PaneEvents;
  readonly #fd: number;
  readonly #stream: ReadStream;
  readonly #input: PtyInput;
  #slave: number | undefined;
  #size: TerminalSize;
  #exit: PaneExit | undefined;
  #isPaused = false;
  #isOver = false;
  #cancelQuiet: (() => void) | undefined;

  constructor(deps: PtyPaneDeps, forked: Fork, start: { size: TerminalSize; events: PaneEvents }) {
    this.#deps = deps;
    this.#events = start.events;
    this.#size = start.size;
    this.pid = forked.pid;
    this.#fd = forked.fd;
    this.#slave = openSync(
      forked.pty,
      constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK,
    );
    this.#input = new PtyInput(forked.fd, deps.clock);
    this.#stream = new ReadStream(forked.fd, {
      onread: {
        buffer: readBuffer(),
        callback: (count, buffer) => this.#onRead(buffer.subarray(0, count)),
      },
    });
    this.#stream.on('error', () => this.#finish()); // EIO: nobody holds the slave any more
    this.#stream.resume();
  }

  get size(): TerminalSize {
    return this.#size;
  }

  get pendingInputBytes(): number {
    return this.#input.pendingBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#exit === undefined) this.#input.write(bytes);
  }

  onDrained(callback: () => void): void {
    this.#input.onDrained(callback);
  }

  resize(size: TerminalSize): void {
    if (this.#isOver) return;
    this.#size = size;
    this.#deps.native.resize(this.#fd, size.cols, size.rows);
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream.pause();
    this.#cancelQuiet?.();
  }

  /** The end of a program that ended meanwhile comes after what it had printed. */
  resume(): void {
    if (this.#isOver || !this.#isPaused) return;
    this.#isPaused = false;
    if (this.#exit === undefined) this.#stream.resume();
    else this.#drain();
  }

  signal(signal: 'SIGHUP' | 'SIGTERM' | 'SIGKILL'): void {
    if (this.#exit !== undefined) return; // the pid may be somebody else's by now
    try {
      process.kill(-this.pid, signal);
    } catch {
      // ESRCH: it has just ended, and that is on its way.
    }
  }

  /** There is nothing that could hold a PTY without us: a program that runs is hung up. */
  async dispose(): Promise<void> {
    this.signal('SIGHUP');
    this.#close();
    this.#deps.onDisposed(this);
  }

  /** The program has been waited for. */
  onExit(exit: PaneExit): void {
    if (this.#isOver) return;
    this.#exit = exit;
    this.#input.close();
    this.#stream.pause();
    if (this.#slave !== undefined) closeSync(this.#slave);
    this.#slave = undefined;
    if (!this.#isPaused) this.#drain();
  }

  #onRead(bytes: Uint8Array): true {
    if (!this.#isOver) this.#events.output(bytes);
    return true;
  }

  /**
   * Reads by hand, since libuv takes the hangup for the end. With our slave closed the kernel first
   * gives all there is and then EIO; EAGAIN means that others hold the terminal.
   */
  #drain(): void {
    const buffer = Buffer.allocUnsafe(READ_BYTES_MAX);
    for (;;) {
      const count = readSome(this.#fd, buffer);
      if (count === 'end') return this.#finish();
      if (count === 'nothing yet') break;
      this.#events.output(buffer.subarray(0, count));
      if (this.#isPaused || this.#isOver) return; // the receiver has had enough
    }
    this.#cancelQuiet?.();
    this.#cancelQuiet = this.#deps.clock.after(QUIET_MS, () => this.#afterQuiet(buffer));
  }

  #afterQuiet(buffer: Buffer): void {
    const count = readSome(this.#fd, buffer);
    if (typeof count !== 'number') return this.#finish();
    this.#events.output(buffer.subarray(0, count));
    if (!this.#isPaused) this.#drain();
  }

  #finish(): void {
    if (this.#isOver || this.#exit === undefined) return;
    this.#close();
    this.#events.exit(this.#exit);
  }

  #close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancelQuiet?.();
    this.#input.close();
    this.#stream.destroy();
    if (this.#slave !== undefined) closeSync(this.#slave);
    this.#slave = undefined;
  }
}

function readSome(fd: number, buffer: Buffer): number | 'end' | 'nothing yet' {
  try {
    const count = readSync(fd, buffer);
    return count === 0 ? 'end' : count;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EAGAIN') return 'nothing yet';
    if (code === 'EIO') return 'end';
    throw error;
  }
}
