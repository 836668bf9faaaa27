/**
 * The worker's line to its tmux server: one control client at a time, started again when somebody
 * ends it. Commands given meanwhile wait for the next one, each with a deadline. Which server
 * answers is told after each attach, since a server that was killed comes back as another.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import type { Logger } from '@dashboard/runtime/logger';
import { NOTHING, SERVER_IDENTITY, TELL_ENDED_PANES, type Command } from './commands.ts';
import { ControlConnection, TmuxError } from './control-connection.ts';

/** How long a command waits for a client that is being started. */
const CONNECT_WAIT_MS = 5_000;
/** Pauses before each try; the last repeats. The first is none: somebody killed the client. */
const RETRY_DELAYS_MS = [0, 50, 100, 250, 500, 1000, 2000] as const;
const RETRY_DELAY_MS_MAX = 2000;
/** Somebody who ends one client after the other is not waited for. */
const RUN_TRIES_MAX = 4;

export interface ServerIdentity {
  readonly pid: number;
  /** As tmux writes it: "3.3a". */
  readonly version: string;
}

export interface ControlClientOptions {
  /** Starts `tmux -C`, and the server if there is none. */
  readonly startClient: () => ChildProcessWithoutNullStreams;
  readonly clock: Clock;
  readonly logger: Logger;
  /** After each attach, before any waiting command is sent. */
  readonly onAttached: (server: ServerIdentity) => void;
}

export class ControlClient {
  readonly #options: ControlClientOptions;
  #connection: ControlConnection | undefined;
  #server: ServerIdentity = { pid: 0, version: '' };
  #next = Promise.withResolvers<ControlConnection>();
  #isStopped = false;
  #cancelRetry: (() => void) | undefined;

  constructor(options: ControlClientOptions) {
    this.#options = options;
    this.#next.promise.catch(() => undefined); // whoever waits for it is told
  }

  /** @throws DashboardError worker_unavailable with what tmux said */
  async start(): Promise<void> {
    await this.#attach();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry?.();
    this.#next.reject(new Error('stopped'));
    await this.#connection?.close();
  }

  /** The one that answers now. */
  get server(): ServerIdentity {
    return this.#server;
  }

  /**
   * For commands that may be done twice: when the client ends before the reply, the next one is
   * asked. Otherwise as runOnce.
   */
  async run(sequence: readonly Command[], serverPid?: number): Promise<readonly Buffer[]> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.runOnce(sequence, serverPid);
      } catch (error) {
        const isLost = error instanceof DashboardError && error.code === 'worker_unavailable';
        if (!isLost || this.#isStopped || tries === RUN_TRIES_MAX) throw error;
      }
    }
  }

  /**
   * When tmux answers the second of two commands, it has been through all that was ready to be read
   * when the first was sent. Fails with nothing: whoever waits has another command to run, which will tell.
   */
  async turnTwice(): Promise<void> {
    for (let turn = 0; turn < 2; turn++) await this.run([NOTHING]).catch(() => undefined);
  }

  /**
   * As ControlConnection.send. @throws DashboardError deadline_exceeded when no client comes up
   * @param serverPid the server that is meant. A new server counts its panes from 0 again, so that
   * a command which waited would hit another pane; TmuxError instead.
   */
  async runOnce(sequence: readonly Command[], serverPid?: number): Promise<readonly Buffer[]> {
    const connection = this.#connection ?? (await this.#waitForConnection());
    if (serverPid !== undefined && serverPid !== this.#server.pid) {
      throw new TmuxError('the server of this pane has ended');
    }
    return connection.send(sequence);
  }

  #waitForConnection(): Promise<ControlConnection> {
    const { clock } = this.#options;
    const limits = { clock, timeoutMs: CONNECT_WAIT_MS, what: 'attach to tmux' };
    return withDeadline(this.#next.promise, limits);
  }

  async #attach(): Promise<void> {
    const { startClient, clock, onAttached } = this.#options;
    const connection = new ControlConnection(startClient(), clock);
    try {
      await connection.attached();
      const [identity] = await connection.send([SERVER_IDENTITY, TELL_ENDED_PANES]);
      this.#server = parseIdentity(identity?.toString() ?? '');
      onAttached(this.#server);
    } catch (error) {
      await connection.close();
      throw error;
    }
    void connection.closed.then(() => this.#onClosed());
    this.#connection = connection;
    this.#next.resolve(connection);
    if (this.#isStopped) await connection.close();
  }

  #onClosed(): void {
    this.#connection = undefined;
    if (this.#isStopped) return;
    this.#next = Promise.withResolvers();
    this.#next.promise.catch(() => undefined);
    this.#retry(0);
  }

  #retry(tries: number): void {
    const delayMs = RETRY_DELAYS_MS[tries] ?? RETRY_DELAY_MS_MAX;
    this.#cancelRetry = this.#options.clock.after(delayMs, () => {
      this.#attach().catch((error: unknown) => {
        this.#options.logger.warn({ err: error, tries }, 'no control client of tmux');
        if (!this.#isStopped) this.#retry(tries + 1);
      });
    });
  }
}

function parseIdentity(line: string): ServerIdentity {
  const [pid = '', version = ''] = line.split(' ');
  return { pid: Number(pid), version };
}
