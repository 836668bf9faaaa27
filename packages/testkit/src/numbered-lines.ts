/** The program that prints numbered lines, and what exactly a terminal then carries. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../programs/numbered-lines.mjs');
const BEGIN = Buffer.from('BEGIN\r\n');
const END = Buffer.from('END\r\n');
const LINE_BYTES = 51;
/** Made and hashed at a time. */
const BATCH_LINES = 10_000;

export interface NumberedLines {
  readonly count: number;
  /** 0 prints as fast as the terminal takes it. */
  readonly bytesPerSecond: number;
  /** Once it exists no further line is begun: see stopLines. */
  readonly stopFile?: string;
}

/** For a shell to run in its place, so that nothing is printed after it. */
export function numberedLinesCommand({ count, bytesPerSecond, stopFile }: NumberedLines): string {
  return `exec ${process.execPath} ${PROGRAM} ${count} ${bytesPerSecond} ${stopFile ?? ''}\r`;
}

export function stopLines(stopFile: string): void {
  writeFileSync(stopFile, '');
}

/** How many were printed, from the program itself; known once END is. */
export function linesPrinted(stopFile: string): number {
  return Number(readFileSync(stopFile, 'utf8'));
}

export function lineOf(number: number): string {
  const shift = number % 26;
  return `${String(number).padStart(8, '0')} ${'abcdefghijklmnopqrstuvwxyz'.repeat(3).slice(shift, shift + 40)}`;
}

/** Everything between BEGIN and the end, as a terminal in its usual mode carries it. */
export function expectedOutput(count: number): Buffer {
  return expectedBytes({ from: 0, length: BEGIN.length + count * LINE_BYTES + END.length }, count);
}

/** A part of it; `from` counts from BEGIN. Without a count it never ends. */
export function expectedBytes(
  { from, length }: { readonly from: number; readonly length: number },
  count = Infinity,
): Buffer {
  const first = Math.max(0, Math.floor((from - BEGIN.length) / LINE_BYTES));
  const last = Math.min(count, Math.ceil((from + length - BEGIN.length) / LINE_BYTES));
  let text = '';
  for (let number = first; number < last; number++) text += `${lineOf(number)}\r\n`;
  const parts = [first === 0 ? BEGIN : '', text, last === count ? END : ''];
  const start = first === 0 ? 0 : BEGIN.length + first * LINE_BYTES;
  return Buffer.from(parts.join('')).subarray(from - start, from - start + length);
}

/** Of expectedOutput, however long that is. */
export function expectedHash(count: number): string {
  const hash = createHash('sha256');
  const bytes = BEGIN.length + count * LINE_BYTES + END.length;
  for (let from = 0; from < bytes; from += BATCH_LINES * LINE_BYTES) {
    const length = Math.min(BATCH_LINES * LINE_BYTES, bytes - from);
    hash.update(expectedBytes({ from, length }, count));
  }
  return hash.digest('hex');
}
