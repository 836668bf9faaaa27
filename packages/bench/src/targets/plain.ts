/** The simplest that a person would use instead: one process, ws and node-pty, nothing between. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { Daemon } from '@dashboard/testkit/daemon';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import type { WebSocket } from 'ws';
import { opened, openSocket } from './open-socket.ts';
import { IGNORES, programEnvironment, type Reader } from './target.ts';
import type { Address, Session, Target, Terminal, Watch } from './target.ts';
import { makeTmuxServer } from './tmux-server.ts';

const SERVERS = join(import.meta.dirname, '../servers');

export async function startPlain(atEnd: AtEnd): Promise<Target> {
  const directory = await temporaryDirectory(atEnd);
  const server = await startServer('plain.ts', { directory, argv: [], atEnd });
  return { ...server, name: 'plain', pids: async () => [server.daemon.pid] };
}

/** The same, but what a viewer sees is `tmux attach` in a PTY of its own. */
export async function startPlainTmux(atEnd: AtEnd): Promise<Target> {
  const directory = await temporaryDirectory(atEnd);
  const tmux = await makeTmuxServer(directory, atEnd);
  const server = await startServer('plain-tmux.ts', { directory, argv: tmux.argv, atEnd });
  return {
    ...server,
    name: 'plain-tmux',
    pids: async () => [server.daemon.pid, await tmux.pid()],
  };
}

interface ServerOptions {
  readonly directory: string;
  readonly argv: readonly string[];
  readonly atEnd: AtEnd;
}

async function startServer(
  file: string,
  { directory, argv, atEnd }: ServerOptions,
): Promise<Pick<Target, 'openSession'> & { daemon: Daemon }> {
  const env = programEnvironment(directory);
  const daemon = new Daemon({ name: file, main: join(SERVERS, file), argv, env }, atEnd);
  const url = String((await daemon.start())['url']);
  return {
    daemon,
    openSession: async () => new PlainSession(new URL(randomUUID(), url)),
  };
}

/** It begins with its first viewer, and ends when that is asked for. */
class PlainSession implements Session {
  readonly #url: URL;

  constructor(url: URL) {
    this.#url = url;
  }

  async watch({ reader = IGNORES }: Watch = {}): Promise<Terminal> {
    const socket = openSocket(this.#url);
    const terminal = new PlainTerminal(socket, reader);
    await opened(socket);
    return terminal;
  }

  async address(): Promise<Address> {
    return { url: this.#url, speaks: 'bytes' };
  }

  async end(): Promise<void> {
    const url = new URL(this.#url);
    url.protocol = 'http';
    await fetch(url, { method: 'DELETE' });
  }
}

class PlainTerminal implements Terminal {
  reader: Reader;
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, reader: Reader) {
    this.reader = reader;
    this.#socket = socket;
    socket.on('message', (bytes: Buffer) => this.reader.output(bytes, () => undefined));
    socket.on('error', () => socket.terminate());
  }

  type(text: string): void {
    this.#socket.send(text);
  }

  stall(): void {
    this.#socket.pause();
  }

  leave(): void {
    this.#socket.terminate();
  }
}
