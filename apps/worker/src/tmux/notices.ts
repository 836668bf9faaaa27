/**
 * Hears what happens in the sessions, one line each in a FIFO: that a program has started or is
 * over, from its launch script, and that tmux has found a pane dead, from a hook of the server. A
 * hook is a process that may fail, so whoever listens also asks from time to time.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { NOTICES_FIFO } from './commands.ts';
import { makeFifos } from './pane-tap.ts';
import type { TmuxServer } from './tmux-server.ts';

/** A machine that needs longer for two execs is of no use for the program either. */
const START_TIMEOUT_MS = 5_000;

export interface NoticesOptions {
  readonly server: TmuxServer;
  readonly clock: Clock;
  /** The program of this session is over; its pane is not yet. */
  readonly onOver: (name: string) => void;
  /** tmux knows how this pane ended. */
  readonly onEnded: (paneId: string) => void;
}

export class Notices {
  readonly #options: NoticesOptions;
  readonly #starting = new Map<string, (pid: number) => void>();
  #socket: Socket | undefined;

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  get path(): string {
    return join(this.#options.server.tapDirectory, NOTICES_FIFO);
  }

  async start(): Promise<void> {
    await makeFifos([this.path], this.#options.server.environment);
    // Open for both: the FIFO has no end of file when a writer has gone.
    const fd = openSync(this.path, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      this.#socket = new Socket({ fd, readable: true, writable: false });
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#socket.on('error', () => undefined); // then whoever asks from time to time hears of it
    // Lines this short are written and read whole (PIPE_BUF).
    this.#socket.on('data', (lines: Buffer) => {
      for (const line of lines.toString().split('\n')) this.#take(line);
    });
  }

  stop(): void {
    this.#socket?.destroy();
  }

  /**
   * To be called before the program is started.
   * @returns its pid once it runs @throws DashboardError deadline_exceeded
   */
  async started(name: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#starting.set(name, resolve);
    try {
      const limits = {
        clock: this.#options.clock,
        timeoutMs: START_TIMEOUT_MS,
        what: 'start a program',
      };
      return await withDeadline(promise, limits);
    } finally {
      this.#starting.delete(name);
    }
  }

  #take(line: string): void {
    const [what, name = '', pid] = line.split(' ');
    if (what === 'ended') this.#options.onEnded(name);
    if (what === 'over') this.#options.onOver(name);
    if (what === 'started') this.#starting.get(name)?.(Number(pid));
  }
}
