/**
 * Hears which panes have ended: a hook of the server writes their ids into a FIFO. The hook is a
 * process that may fail, so whoever listens also asks from time to time.
 */
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { ENDINGS_FIFO } from './commands.ts';
import { makeFifos } from './pane-tap.ts';
import type { TmuxServer } from './tmux-server.ts';

export class Endings {
  readonly #server: TmuxServer;
  readonly #onEnded: (paneIds: readonly string[]) => void;
  #socket: Socket | undefined;

  constructor(server: TmuxServer, onEnded: (paneIds: readonly string[]) => void) {
    this.#server = server;
    this.#onEnded = onEnded;
  }

  async start(): Promise<void> {
    const path = join(this.#server.tapDirectory, ENDINGS_FIFO);
    await makeFifos([path], this.#server.environment);
    // Open for both: the FIFO has no end of file when a hook has written and gone.
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      this.#socket = new Socket({ fd, readable: true, writable: false });
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    this.#socket.on('error', () => undefined); // then whoever asks from time to time hears of it
    // A hook writes a line at once and lines this short are never cut (PIPE_BUF).
    this.#socket.on('data', (lines: Buffer) => this.#onEnded(lines.toString().split('\n')));
  }

  stop(): void {
    this.#socket?.destroy();
  }
}
