/** What `tmux pipe-pane` gives through a pair of FIFOs, without a network: the ceiling of the tmux engine. */
import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { IGNORES, SIZE, type Reader, type Session, type Target, type Terminal } from './target.ts';
import { makeTmuxServer, type TmuxServer } from './tmux-server.ts';

const run = promisify(execFile);

export async function startRawPipePane(atEnd: AtEnd): Promise<Target> {
  const directory = await temporaryDirectory(atEnd);
  const tmux = await makeTmuxServer(directory, atEnd);
  let sessions = 0;
  return {
    name: 'raw-pipe-pane',
    openSession: async () => {
      const session = await openSession(tmux, directory, `s${++sessions}`);
      atEnd(() => session.terminal.close());
      return session;
    },
    pids: async () => [await tmux.pid()],
  };
}

async function openSession(
  tmux: TmuxServer,
  directory: string,
  name: string,
): Promise<Session & { terminal: PipeTerminal }> {
  const [input, output] = [join(directory, `${name}.in`), join(directory, `${name}.out`)];
  await run('mkfifo', [input, output]);
  // With both directions open nothing waits for the other end.
  const both = constants.O_RDWR | constants.O_NONBLOCK;
  const [inputFd, outputFd] = [openSync(input, both), openSync(output, both)];
  const size = ['-x', String(SIZE.cols), '-y', String(SIZE.rows)];
  await tmux.command('new-session', '-d', '-s', name, ...size, '--', '/bin/sh', '-l');
  const shell = `cat < ${input} & exec cat > ${output}`;
  await tmux.command('pipe-pane', '-I', '-O', '-t', name, shell);
  const terminal = new PipeTerminal(inputFd, new Socket({ fd: outputFd, writable: false }));
  return {
    terminal,
    watch: async ({ reader = IGNORES } = {}) => {
      terminal.reader = reader;
      return terminal;
    },
    end: async () => {
      await tmux.command('kill-session', '-t', name);
      terminal.close();
    },
  };
}

class PipeTerminal implements Terminal {
  reader: Reader = IGNORES;
  readonly #inputFd: number;
  readonly #output: Socket;

  constructor(inputFd: number, output: Socket) {
    this.#inputFd = inputFd;
    this.#output = output;
    output.on('data', (bytes) => this.reader.output(bytes, () => undefined));
  }

  type(text: string): void {
    writeSync(this.#inputFd, text);
  }

  stall(): void {
    this.#output.pause();
  }

  leave(): void {
    this.reader = IGNORES;
  }

  close(): void {
    if (this.#output.destroyed) return;
    this.#output.destroy();
    closeSync(this.#inputFd);
  }
}
