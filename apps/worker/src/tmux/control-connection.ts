/**
 * One tmux control client: a process that takes command lines and prints replies, for as long as it
 * lives. What comes after its end is the matter of control-client.ts.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import { commandLine, type Command } from './commands.ts';
import { ControlParser, type ControlEvent } from './control-parser.ts';

/** A command that tmux has not answered by then: its server hangs, and the client is given up. */
const REPLY_TIMEOUT_MS = 5_000;
const ATTACH_TIMEOUT_MS = 5_000;
/** A client that does not leave when its input ends is killed. */
const LEAVE_TIMEOUT_MS = 1_000;
/**
 * A server that hangs holds the output of a client that is gone: then it never closes. From one that
 * does not hang, the last words are here by then.
 */
const LAST_WORDS_MS = 100;
/** Commands without an answer. tmux answers in microseconds; so many mean that it hangs. */
const REQUESTS_MAX = 1_000;
const STDERR_CHARS_MAX = 1_000;

/** What tmux says to a command that it cannot do: a sentence for the log. */
export class TmuxError extends Error {
  override readonly name = 'TmuxError';
}

interface Request {
  readonly sequence: readonly Command[];
  readonly replies: Buffer[];
  readonly cancelDeadline: () => void;
  resolve(replies: readonly Buffer[]): void;
  reject(error: Error): void;
}

export class ControlConnection {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #clock: Clock;
  readonly #parser = new ControlParser();
  readonly #requests: Request[] = [];
  readonly #attached = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #isClosed = false;
  #stderr = '';

  constructor(child: ChildProcessWithoutNullStreams, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr.on('data', (chunk: Buffer) => this.#noteError(chunk));
    child.stdin.on('error', () => undefined); // EPIPE: the exit that follows says it
    child.once('error', (error) => this.#end(error.message));
    child.once('close', () => this.#end(this.#stderr.trim()));
    child.once('exit', () => clock.after(LAST_WORDS_MS, () => this.#end(this.#stderr.trim())));
    this.#attached.promise.catch(() => undefined); // whoever waits for it is told
  }

  /** Fulfilled when the process is gone. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /**
   * Commands sent earlier can run before the attach, and what they start is then never reported.
   * @throws DashboardError worker_unavailable with what tmux said
   */
  async attached(): Promise<void> {
    const cancel = this.#clock.after(ATTACH_TIMEOUT_MS, () => this.#giveUp('no attach'));
    try {
      await this.#attached.promise;
    } finally {
      cancel();
    }
  }

  /**
   * @returns one reply for each command, in order
   * @throws TmuxError when a command cannot be done; those behind it have not been tried
   * @throws DashboardError worker_unavailable when the client ended first: the commands may have
   * been done; deadline_exceeded when tmux does not answer
   */
  send(sequence: readonly Command[]): Promise<readonly Buffer[]> {
    if (this.#isClosed) return Promise.reject(gone('the control client of tmux has ended'));
    if (this.#requests.length >= REQUESTS_MAX) return Promise.reject(gone('tmux is overloaded'));
    return new Promise((resolve, reject) => {
      const cancelDeadline = this.#clock.after(REPLY_TIMEOUT_MS, () => {
        reject(new DashboardError('deadline_exceeded', `tmux does not answer ${nameOf(sequence)}`));
        this.#giveUp('no reply');
      });
      this.#requests.push({ sequence, replies: [], cancelDeadline, resolve, reject });
      this.#child.stdin.write(commandLine(sequence));
    });
  }

  /** Ends the client and leaves the server alone. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const cancel = this.#clock.after(LEAVE_TIMEOUT_MS, () => this.#child.kill('SIGKILL'));
    await this.closed;
    cancel();
  }

  #read(chunk: Buffer): void {
    if (this.#isClosed) return;
    try {
      for (const event of this.#parser.push(chunk)) this.#take(event);
    } catch (error) {
      this.#giveUp(error instanceof Error ? error.message : 'not tmux control mode');
    }
  }

  #take(event: ControlEvent): void {
    if (event.type === 'notification') {
      if (event.name === '%session-changed') this.#attached.resolve();
    } else if (event.isOurs) {
      this.#answer(event.isError, event.bytes);
    }
  }

  /** The first error ends its sequence: tmux drops the commands behind it. */
  #answer(isError: boolean, bytes: Buffer): void {
    const request = this.#requests[0];
    if (request === undefined) throw new Error('a reply to no command');
    if (!isError) request.replies.push(bytes);
    if (!isError && request.replies.length < request.sequence.length) return;
    this.#requests.shift();
    request.cancelDeadline();
    if (isError) request.reject(new TmuxError(`${nameOf(request.sequence)}: ${bytes.toString()}`));
    else request.resolve(request.replies);
  }

  #noteError(chunk: Buffer): void {
    this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_CHARS_MAX);
  }

  /** A reply out of step would be taken for the answer to another command: start afresh. */
  #giveUp(why: string): void {
    this.#stderr = why;
    this.#child.kill('SIGKILL');
  }

  #end(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    const error = gone(`tmux has ended${why === '' ? '' : `: ${why}`}`);
    this.#attached.reject(error);
    for (const request of this.#requests.splice(0)) {
      request.cancelDeadline();
      request.reject(error);
    }
    this.#closed.resolve();
  }
}

function gone(message: string): DashboardError {
  return new DashboardError('worker_unavailable', message);
}

function nameOf(sequence: readonly Command[]): string {
  return sequence.map(([name = '']) => name).join(', ');
}
