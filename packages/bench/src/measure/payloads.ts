/** What programs print in the row `bulk`: lines, a screen drawn again and again, wide characters. */
import { createHash } from 'node:crypto';
import { randomFrom } from './schedule.ts';

const BEGIN = 'BEGIN OF PAYLOAD';
export const END = 'END OF PAYLOAD';

/** Whatever the screen held before, it is the same at the end. */
const CLEAR = '\x1b[H\x1b[2J';
const END_LINE = `\x1b[0m\n\x1b[K${END}\n`;
const SEED = 20_26;

type Piece = (random: () => number, index: number) => string;

/** Two columns each in xterm.js, three or four bytes. */
const SIGNS = ['漢', '字', '仮', '名', '한', '글', '中', '文', '😀', '🚀', '🎉', '🧪', '👍'];

const LINE: Piece = (random, index) =>
  `${String(index).padStart(8, '0')} ${word(random, 70, 'abcdefghijklmnopqrstuvwxyz     ')}\n`;

/** As a TUI draws: to a place, in a colour, some words, the rest of the line erased. */
const PATCH: Piece = (random) => {
  const [row, red, green] = [1 + Math.floor(random() * 32), byte(random), byte(random)];
  const text = word(random, 20 + Math.floor(random() * 60), 'abcdefghij ─│●');
  return `\x1b[${row};${1 + Math.floor(random() * 40)}H\x1b[38;2;${red};${green};80m${text}\x1b[0m\x1b[K`;
};

const WIDE: Piece = (random, index) => `${index} ${word(random, 30, SIGNS)}\n`;

const PIECES = { ASCII: LINE, 'TUI repaint': PATCH, 'CJK, emoji': WIDE } as const;
export type PayloadName = keyof typeof PIECES;
export const PAYLOAD_NAMES = Object.keys(PIECES) as readonly PayloadName[];

/** Always the same bytes for the same size; at least `bytesMin`. */
export function payloadOf(name: PayloadName, bytesMin: number): Buffer {
  const random = randomFrom(SEED);
  const parts: string[] = [`${CLEAR}${BEGIN}\n`];
  for (let index = 0, bytes = 0; bytes < bytesMin; index++) {
    const piece = PIECES[name](random, index);
    bytes += Buffer.byteLength(piece);
    parts.push(piece);
  }
  return Buffer.from(`${parts.join('')}${END_LINE}`);
}

/** What a terminal in its usual mode makes of it: each line feed gets a carriage return (ONLCR). */
export function withOnlcr(source: Buffer): Buffer {
  return Buffer.from(source.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function word(random: () => number, length: number, alphabet: string | readonly string[]): string {
  let text = '';
  for (let at = 0; at < length; at++)
    text += alphabet[Math.floor(random() * alphabet.length)] ?? '';
  return text;
}

function byte(random: () => number): number {
  return Math.floor(random() * 256);
}
