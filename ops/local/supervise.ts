/**
 * Keeps the programs of a dashboard running: starts them in order, each when the one before serves,
 * and stops them in reverse. A program that cannot run with its configuration ends the whole.
 */
import type { Clock } from '@dashboard/runtime/clock';
import { Child, type Program } from './child.ts';
import { parseLogLine, type LogLine } from './log-lines.ts';

/** Opening a database and finding a hundred sessions again takes a few seconds on a slow disk. */
const READY_TIMEOUT_MS = 20_000;
/** Longer than either program allows itself, so that only a hung one is killed. */
const STOP_TIMEOUT_MS = 17_000;
/** Of a person who did not want to wait: as a shell reports a death by SIGINT. */
const EXIT_INTERRUPTED = 130;

export interface SupervisorEvents {
  logged(name: string, line: LogLine): void;
  happened(name: string, text: string): void;
}

export class Supervisor {
  readonly #children: readonly Child[];
  readonly #clock: Clock;
  readonly #events: SupervisorEvents;
  readonly #cancelled = Promise.withResolvers<void>();
  #state: 'running' | 'stopping' | 'killed' = 'running';

  constructor(programs: readonly Program[], clock: Clock, events: SupervisorEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#children = programs.map((program) => {
      const child: Child = new Child(program, clock, {
        printed: (text) => this.#onPrinted(child, text),
        happened: (text) => events.happened(program.name, text),
      });
      return child;
    });
  }

  /** @returns exit code, once every program is gone: 0 when it was stopped */
  async run(): Promise<number> {
    for (const child of this.#children) {
      child.start();
      if (!(await this.#isWorthGoingOn(child))) break;
    }
    const ended = this.#children.map((child) => child.ended);
    const stopped = this.#cancelled.promise.then(() => 0);
    const code = await Promise.race([stopped, ...ended]);
    await this.#stopInReverse();
    return this.#state === 'killed' ? EXIT_INTERRUPTED : code;
  }

  /** Once: stops in order. Twice: ends everything at once. */
  stop(): void {
    if (this.#state === 'running') {
      this.#state = 'stopping';
      this.#cancelled.resolve();
      return;
    }
    this.#state = 'killed';
    this.killAtOnce();
  }

  killAtOnce(): void {
    for (const child of this.#children) child.killAtOnce();
  }

  /** Waits until the program serves. A late one may still come: the next is started meanwhile. */
  async #isWorthGoingOn(child: Child): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const cancel = this.#clock.after(READY_TIMEOUT_MS, () => {
      this.#events.happened(child.name, `does not serve after ${READY_TIMEOUT_MS / 1000} s`);
      late.resolve(true);
    });
    const ready = child.ready.then(() => true);
    const over = Promise.race([child.ended, this.#cancelled.promise]).then(() => false);
    const isWorth = await Promise.race([over, ready, late.promise]);
    cancel();
    return isWorth;
  }

  async #stopInReverse(): Promise<void> {
    if (this.#state === 'running') this.#state = 'stopping';
    for (const child of this.#children.toReversed()) await child.stop(STOP_TIMEOUT_MS);
  }

  #onPrinted(child: Child, text: string): void {
    const line = parseLogLine(text);
    if (line.event === 'listening') child.markReady();
    this.#events.logged(child.name, line);
  }
}
