/** The program that prints numbered lines, and what exactly a terminal then carries. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../programs/numbered-lines.mjs');

export interface NumberedLines {
  readonly count: number;
  /** 0 prints as fast as the terminal takes it. */
  readonly bytesPerSecond: number;
}

/** For a shell to run in its place, so that nothing is printed after it. */
export function numberedLinesCommand({ count, bytesPerSecond }: NumberedLines): string {
  return `exec ${process.execPath} ${PROGRAM} ${count} ${bytesPerSecond}\r`;
}

export function lineOf(number: number): string {
  const shift = number % 26;
  return `${String(number).padStart(8, '0')} ${'abcdefghijklmnopqrstuvwxyz'.repeat(3).slice(shift, shift + 40)}`;
}

/** Everything between BEGIN and the end, as a terminal in its usual mode carries it. */
export function expectedOutput(count: number): Buffer {
  const lines = ['BEGIN'];
  for (let number = 0; number < count; number++) lines.push(lineOf(number));
  return Buffer.from([...lines, 'END', ''].join('\r\n'));
}

/** Of what was received from BEGIN on; what a shell echoed before it does not count. */
export function hashFromBegin(received: Buffer): string {
  const begin = received.indexOf('BEGIN\r\n');
  return hashOf(received.subarray(Math.max(begin, 0)));
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** How often each numbered line stands in a text: a line that is cut counts as none. */
export function countLines(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const [, digits = ''] of text.matchAll(/^(\d{8}) [a-z]{40}$/gm)) {
    const number = Number(digits);
    if (text.includes(lineOf(number))) counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  return counts;
}
