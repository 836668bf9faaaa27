/** The clients that there are: two that drop or keep what comes, one that parses it as a page does. */
import type { Clock } from '@dashboard/runtime/clock';
import xterm from '@xterm/headless';
import { SIZE, type Reader } from '../targets/index.ts';
import { Marker } from './marker.ts';

/** As the page keeps above its screen. */
const SCROLLBACK_LINES = 5_000;

/** Waits for a text, and drops what comes. */
export class MarkerReader implements Reader {
  readonly found: Promise<void>;
  received = 0;
  redraws = 0;
  readonly #marker: Marker;
  readonly #onFound: () => void;

  constructor(text: string) {
    this.#marker = new Marker(text);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.found = promise;
    this.#onFound = resolve;
  }

  output(bytes: Uint8Array, parsed: () => void): void {
    this.received += bytes.length;
    if (this.#marker.isIn(bytes)) this.#onFound();
    parsed();
  }

  redraw(): void {
    this.redraws++;
  }
}

/** Keeps every chunk: looking at them waits until nobody measures. */
export class KeepingReader extends MarkerReader {
  readonly #chunks: Uint8Array[] = [];

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override output(bytes: Uint8Array, parsed: () => void): void {
    this.#chunks.push(bytes);
    super.output(bytes, parsed);
  }
}

/** As xterm.js has it for what waits to be parsed; it refuses more. */
const WAITING_BYTES_MAX = 50_000_000;

export interface ParsingOptions {
  readonly clock: Clock;
  /** Of a slower machine; Infinity for what this one can. */
  readonly bytesPerSecond: number;
}

/** Parses as the page does, and acknowledges what is parsed. A text is found when it is on the screen. */
export class ParsingReader implements Reader {
  readonly found: Promise<void>;
  redraws = 0;
  received = 0;
  /** Bytes that there was no room for. */
  refused = 0;
  readonly #terminal = newTerminal();
  readonly #options: ParsingOptions;
  readonly #marker: Marker;
  readonly #onFound: () => void;
  /** What a slower machine would not have parsed yet. */
  readonly #held: (() => void)[] = [];
  #waiting = 0;
  #freeAtMs = 0;
  #isStopped = false;

  constructor(text: string, options: ParsingOptions) {
    this.#marker = new Marker(text);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.found = promise;
    this.#onFound = resolve;
    this.#options = options;
  }

  output(bytes: Uint8Array, parsed: () => void): void {
    this.received += bytes.length;
    if (this.#waiting + bytes.length > WAITING_BYTES_MAX) {
      this.refused += bytes.length;
      return;
    }
    this.#waiting += bytes.length;
    const isFound = this.#marker.isIn(bytes);
    this.#atItsPace(bytes.length, () => {
      this.#terminal.write(bytes, () => {
        this.#waiting -= bytes.length;
        parsed();
        if (isFound) this.#onFound();
      });
    });
  }

  redraw(): void {
    this.redraws++;
    this.#atItsPace(0, () => this.#terminal.write('\x1bc'));
  }

  screen(): readonly string[] {
    return screenOf(this.#terminal);
  }

  stop(): void {
    this.#isStopped = true;
    this.#terminal.dispose();
  }

  /** In order: whatever timer comes first takes what has waited longest. */
  #atItsPace(bytes: number, write: () => void): void {
    const { clock, bytesPerSecond } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + (bytes / bytesPerSecond) * 1000;
    const waitMs = this.#freeAtMs - nowMs;
    if (waitMs < 1 && this.#held.length === 0) return write();
    this.#held.push(write);
    clock.after(waitMs, () => {
      const next = this.#held.shift();
      if (!this.#isStopped) next?.();
    });
  }
}

/** What a terminal shows that was given all of it. */
export async function screenAfter(bytes: Uint8Array): Promise<readonly string[]> {
  const terminal = newTerminal();
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  return screenOf(terminal);
}

function newTerminal(): xterm.Terminal {
  return new xterm.Terminal({ ...SIZE, scrollback: SCROLLBACK_LINES, allowProposedApi: true });
}

function screenOf({ buffer: { active } }: xterm.Terminal): readonly string[] {
  return Array.from(
    { length: SIZE.rows },
    (_none, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
  );
}
