/**
 * The palette a program has set (OSC 4, 10, 11, 12) and reset (104, 110, 111, 112), which a
 * terminal without pixels does not keep. Answers what colour something has: the program's, or
 * that of the dashboard's dark theme.
 */
import type { IParser } from '@xterm/headless';

/** Slots: 0 to 255 the palette, then these. */
const FOREGROUND = 256;
const SPECIALS = [10, 11, 12] as const;

/** Dark, as the page is by default: programs ask for the background to choose light or dark. */
const DEFAULT_SPECIALS = ['#e6e6e6', '#101216', '#e6e6e6'] as const;
// prettier-ignore
const DEFAULT_PALETTE_16 = [
  '#2e3436', '#cc0000', '#4e9a06', '#c4a000', '#3465a4', '#75507b', '#06989a', '#d3d7cf',
  '#555753', '#ef2929', '#8ae234', '#fce94f', '#729fcf', '#ad7fa8', '#34e2e2', '#eeeeec',
] as const;
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255] as const;

type Rgb = readonly [number, number, number];

export class Colours {
  readonly #set = new Map<number, Rgb>();
  readonly #answer: (text: string) => void;

  /** @param answer told the reply to each query, without regard to who may answer it */
  constructor(parser: IParser, answer: (text: string) => void) {
    this.#answer = answer;
    parser.registerOscHandler(4, (text) => this.#setIndexed(text));
    parser.registerOscHandler(104, (text) => this.#resetIndexed(text));
    SPECIALS.forEach((code, place) => {
      parser.registerOscHandler(code, (text) => this.#setSpecials(place, text));
      parser.registerOscHandler(code + 100, () => this.#reset(FOREGROUND + place));
    });
  }

  /** What makes another terminal's palette this one, whatever it was. */
  sequence(): string {
    const parts = ['\x1b]104\x1b\\'];
    SPECIALS.forEach((code, place) => {
      const colour = this.#set.get(FOREGROUND + place);
      const change = colour === undefined ? `${code + 100}` : `${code};${specification(colour)}`;
      parts.push(`\x1b]${change}\x1b\\`);
    });
    for (const [slot, colour] of this.#set) {
      if (slot < FOREGROUND) parts.push(`\x1b]4;${slot};${specification(colour)}\x1b\\`);
    }
    return parts.join('');
  }

  #setIndexed(text: string): boolean {
    const fields = text.split(';');
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const slot = parseSlot(fields[at]);
      if (slot !== undefined) this.#setOrAnswer(slot, `4;${slot}`, fields[at + 1] ?? '');
    }
    return true;
  }

  /** OSC 10 with several fields goes on with 11 and 12. */
  #setSpecials(first: number, text: string): boolean {
    text.split(';').forEach((field, index) => {
      const code = SPECIALS[first + index];
      if (code !== undefined) this.#setOrAnswer(FOREGROUND + first + index, `${code}`, field);
    });
    return true;
  }

  #setOrAnswer(slot: number, name: string, field: string): void {
    if (field === '?') {
      this.#answer(
        `\x1b]${name};${specification(this.#set.get(slot) ?? defaultColour(slot))}\x1b\\`,
      );
      return;
    }
    const colour = parseColour(field);
    if (colour !== undefined) this.#set.set(slot, colour);
  }

  #resetIndexed(text: string): boolean {
    const slots = text === '' ? [...this.#set.keys()] : text.split(';').map(parseSlot);
    for (const slot of slots) if (slot !== undefined && slot < FOREGROUND) this.#reset(slot);
    return true;
  }

  #reset(slot: number): boolean {
    this.#set.delete(slot);
    return true;
  }
}

function parseSlot(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,3}$/.test(text) && Number(text) < FOREGROUND
    ? Number(text)
    : undefined;
}

/** The forms xterm.js takes: `#` and `rgb:` with one to four digits a channel. */
export function parseColour(text: string): Rgb | undefined {
  const named = /^rgb:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})$/i.exec(text);
  if (named !== null) return toRgb(named.slice(1).map(scaled));
  if (!/^#(?:[\da-f]{3}|[\da-f]{6}|[\da-f]{9}|[\da-f]{12})$/i.test(text)) return undefined;
  const length = (text.length - 1) / 3;
  // These digits are the high ones of a channel: #fff is 0xf0f0f0, as X has it.
  const high = [0, 1, 2].map((at) => text.slice(1 + at * length, 1 + (at + 1) * length));
  return toRgb(high.map((digits) => Number.parseInt(digits.padEnd(2, '0').slice(0, 2), 16)));
}

function scaled(digits: string): number {
  return Math.round((Number.parseInt(digits, 16) / (16 ** digits.length - 1)) * 0xff);
}

function toRgb([red = 0, green = 0, blue = 0]: readonly number[]): Rgb {
  return [red, green, blue];
}

function specification(colour: Rgb): string {
  return `rgb:${colour.map((channel) => channel.toString(16).padStart(2, '0').repeat(2)).join('/')}`;
}

function defaultColour(slot: number): Rgb {
  const named = slot < 16 ? DEFAULT_PALETTE_16[slot] : DEFAULT_SPECIALS[slot - FOREGROUND];
  if (named !== undefined) return parseColour(named) ?? [0, 0, 0];
  if (slot >= 232) return [8 + (slot - 232) * 10, 8 + (slot - 232) * 10, 8 + (slot - 232) * 10];
  const place = slot - 16;
  return [level(place / 36), level((place / 6) % 6), level(place % 6)];
}

function level(place: number): number {
  return CUBE_LEVELS[Math.floor(place)] ?? 0;
}
