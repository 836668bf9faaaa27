/**
 * Where the worker's own tmux server is and how a client of it is started. The first client starts
 * the server, in an environment that holds nothing of the worker's: what tmux knows, every program
 * in it could read. The server outlives whoever started it.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, mkdir } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { CONTROL_SESSION, TAP_DIRECTORY_VARIABLE } from './commands.ts';

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, the end included. */
const SOCKET_PATH_BYTES_MAX = 100;

export interface TmuxServerOptions {
  /** Private to this account. Holds the socket, the FIFOs and, for an instant, launch scripts. */
  readonly runtimeDirectory: string;
  /** docker/tmux.conf */
  readonly configPath: string;
  /** A name to be looked up on `path`, or an absolute path. */
  readonly binary: string;
  /** PATH for tmux itself and for sh, cat and mkfifo. Programs get theirs from PaneSpec.env. */
  readonly path: string;
  readonly home: string;
}

export class TmuxServer {
  readonly socketPath: string;
  readonly tapDirectory: string;
  readonly scriptDirectory: string;
  readonly #options: TmuxServerOptions;
  #binary = '';

  constructor(options: TmuxServerOptions) {
    this.#options = options;
    this.socketPath = join(options.runtimeDirectory, 'tmux.sock');
    this.tapDirectory = join(options.runtimeDirectory, 'taps');
    this.scriptDirectory = join(options.runtimeDirectory, 'launch');
  }

  /** Of whatever we start for the server, and of the server. */
  get environment(): Record<string, string> {
    const { path, home } = this.#options;
    const taps = { [TAP_DIRECTORY_VARIABLE]: this.tapDirectory };
    return { HOME: home, PATH: path, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...taps };
  }

  /** @throws Error in words for the operator: path too long, no tmux, no configuration */
  async prepare(): Promise<void> {
    if (Buffer.byteLength(this.socketPath) > SOCKET_PATH_BYTES_MAX) {
      const limit = `longer than ${SOCKET_PATH_BYTES_MAX} bytes, which no socket can have`;
      throw new Error(`${this.socketPath} is ${limit}: choose a shorter runtime directory`);
    }
    this.#binary = await findProgram(this.#options.binary, this.#options.path);
    await access(this.#options.configPath, constants.R_OK);
    for (const path of [this.#options.runtimeDirectory, this.tapDirectory, this.scriptDirectory]) {
      await mkdir(path, { recursive: true, mode: 0o700 });
      await chmod(path, 0o700); // mkdir leaves the mode of an existing directory alone
    }
  }

  /**
   * Attaches to the control session, or makes it. Its program ends at once and its pane stays: a
   * session without a process. `no-output` keeps what panes print away from this client, and
   * `ignore-size` keeps its size away from the panes.
   */
  startClient(): ChildProcessWithoutNullStreams {
    const { configPath, runtimeDirectory } = this.#options;
    const server = ['-u', '-S', this.socketPath, '-f', configPath, '-C'];
    const session = ['new-session', '-A', '-f', 'no-output,ignore-size', '-s', CONTROL_SESSION];
    const program = ['-x', '80', '-y', '24', '/bin/sh', '-c', ':'];
    return spawn(this.#binary, [...server, ...session, ...program], {
      cwd: runtimeDirectory,
      env: this.environment,
    });
  }
}

async function findProgram(name: string, path: string): Promise<string> {
  const places = isAbsolute(name) ? [name] : path.split(delimiter).map((at) => join(at, name));
  for (const place of places) {
    const isThere = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return place;
  }
  throw new Error(`${name} is not installed, or not on PATH (${path})`);
}
