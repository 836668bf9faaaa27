/** One program that is started again whenever it dies, until it is stopped or cannot ever run. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock } from '@dashboard/runtime/clock';

export interface Program {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

export interface ChildEvents {
  /** A line that the program printed, without its end. */
  printed(text: string): void;
  /** What happened to it, in words for a person. */
  happened(text: string): void;
}

/** EX_CONFIG of sysexits(3): with this configuration no further try can end otherwise. */
export const EXIT_BAD_CONFIGURATION = 78;
const EXIT_FAILED = 1;

const BACKOFF_LEAST_MS = 100;
const BACKOFF_MOST_MS = 5_000;
/** Who was up for this long did not die of how it was started. */
const BACKOFF_FORGOTTEN_AFTER_MS = 10_000;
/** A program that has never been ready is not worth a loop that nobody may be watching. */
const TRIES_BEFORE_READY_MAX = 5;

export class Child {
  readonly name: string;
  /** Exit code for the whole: 0 once it was stopped, else why it is not started again. */
  readonly ended: Promise<number>;
  readonly ready: Promise<void>;

  readonly #program: Program;
  readonly #clock: Clock;
  readonly #events: ChildEvents;
  readonly #end = Promise.withResolvers<number>();
  readonly #readied = Promise.withResolvers<void>();
  #process: ChildProcess | undefined;
  #cancelRestart: () => void = () => undefined;
  #isStopping = false;
  #wasReady = false;
  /** Deaths since it last stayed up. */
  #deaths = 0;

  constructor(program: Program, clock: Clock, events: ChildEvents) {
    this.name = program.name;
    this.#program = program;
    this.#clock = clock;
    this.#events = events;
    this.ended = this.#end.promise;
    this.ready = this.#readied.promise;
  }

  start(): void {
    const startedMs = this.#clock.monotonicMs();
    const [program, ...args] = this.#program.argv;
    // A process group of its own: Ctrl-C in the terminal must not reach it past the supervisor,
    // which stops programs in an order.
    const child = spawn(program, args, {
      env: this.#program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#process = child;
    this.#read(child.stdout);
    this.#read(child.stderr);
    child.once('error', (error) => {
      this.#events.happened(`cannot be started: ${error.message}`);
      this.#end.resolve(EXIT_FAILED);
    });
    child.once('exit', (code, signal) => {
      this.#process = undefined;
      this.#onExit(code, signal, this.#clock.monotonicMs() - startedMs);
    });
  }

  /** The program has said that it serves. */
  markReady(): void {
    this.#wasReady = true;
    this.#readied.resolve();
  }

  /** SIGTERM, and after `timeoutMs` SIGKILL. Resolves when it is gone. */
  async stop(timeoutMs: number): Promise<void> {
    this.#isStopping = true;
    this.#cancelRestart();
    if (this.#process === undefined) {
      this.#end.resolve(0);
      return;
    }
    this.#process.kill('SIGTERM');
    const cancel = this.#clock.after(timeoutMs, () => {
      this.#events.happened(`did not stop within ${timeoutMs / 1000} s and is killed`);
      this.killAtOnce();
    });
    await this.ended;
    cancel();
  }

  killAtOnce(): void {
    this.#isStopping = true;
    this.#cancelRestart();
    const pid = this.#process?.pid;
    if (pid === undefined) return this.#end.resolve(0);
    try {
      process.kill(-pid, 'SIGKILL'); // the group: with the programs that it started itself
    } catch {
      // ESRCH: it was faster
    }
  }

  #read(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') this.#events.printed(line);
    });
  }

  #onExit(code: number | null, signal: string | null, upMs: number): void {
    if (this.#isStopping) return this.#end.resolve(0);
    if (code === EXIT_BAD_CONFIGURATION) return this.#end.resolve(EXIT_BAD_CONFIGURATION);

    this.#deaths = upMs >= BACKOFF_FORGOTTEN_AFTER_MS ? 1 : this.#deaths + 1;
    const how = signal ?? `exit code ${code}`;
    if (!this.#wasReady && this.#deaths >= TRIES_BEFORE_READY_MAX) {
      this.#events.happened(`died ${this.#deaths} times without ever serving (${how})`);
      return this.#end.resolve(EXIT_FAILED);
    }
    const delayMs = Math.min(BACKOFF_LEAST_MS * 2 ** (this.#deaths - 1), BACKOFF_MOST_MS);
    this.#events.happened(`died (${how}), starts again in ${delayMs / 1000} s`);
    this.#cancelRestart = this.#clock.after(delayMs, () => this.start());
  }
}
