/** The way of a key: typed by a schedule, until the terminal shows it. */
import type { Clock } from '@dashboard/runtime/clock';
import { IGNORES, type Reader, type Terminal } from '../targets/index.ts';
import { ask, pause } from './conversation.ts';
import { scheduleOf } from './schedule.ts';

/** None of them is ever part of an escape sequence that tmux draws with. */
const KEYS = '#%&*+,:^|~';
const KEY_BYTES = Buffer.from(KEYS);
/** A raw terminal and a program that gives back what it reads. */
export const ECHO_PROGRAM = "stty raw -echo; printf 'REA''DY'; exec cat";
/** For the last keys to come back. */
const GRACE_MS = 5_000;
const JITTER = 0.8;

export interface EchoResult {
  /** Milliseconds of each key, in order. */
  readonly latenciesMs: readonly number[];
  /** Keys that did not come back. */
  readonly lost: number;
}

export async function startEcho(terminal: Terminal, clock: Clock): Promise<void> {
  await ask(terminal, { command: ECHO_PROGRAM, marker: 'READY', clock });
}

export interface EchoOptions {
  readonly clock: Clock;
  readonly durationMs: number;
  readonly everyMs: number;
  readonly seed: number;
}

export async function measureEcho(terminal: Terminal, options: EchoOptions): Promise<EchoResult> {
  const { clock, durationMs, everyMs, seed } = options;
  const count = Math.max(1, Math.floor(durationMs / everyMs));
  const schedule = scheduleOf({ count, everyMs, jitter: JITTER, seed });
  const echo = new Echo(clock);
  terminal.reader = echo;
  const startedMs = clock.monotonicMs();
  for (const [key, dueMs] of schedule.entries()) {
    clock.after(startedMs + dueMs - clock.monotonicMs(), () => {
      echo.sentAtMs.push(clock.monotonicMs());
      terminal.type(KEYS.charAt(key % KEYS.length));
    });
  }
  await pause(clock, durationMs);
  const deadlineMs = clock.monotonicMs() + GRACE_MS;
  while (echo.latenciesMs.length < count && clock.monotonicMs() < deadlineMs) await pause(clock, 5);
  terminal.reader = IGNORES;
  return { latenciesMs: echo.latenciesMs, lost: count - echo.latenciesMs.length };
}

/** Keys come back in order, among whatever else the terminal is drawn with. */
class Echo implements Reader {
  readonly sentAtMs: number[] = [];
  readonly latenciesMs: number[] = [];
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  output(bytes: Uint8Array, parsed: () => void): void {
    const nowMs = this.#clock.monotonicMs();
    for (const byte of bytes) {
      const key = this.latenciesMs.length;
      const sentMs = this.sentAtMs[key];
      if (sentMs === undefined) break;
      if (byte === KEY_BYTES[key % KEYS.length]) this.latenciesMs.push(nowMs - sentMs);
    }
    parsed();
  }

  redraw(): void {}
}
