/**
 * Reads a conversation's transcript, a file of JSON lines that only grows, without ever holding more
 * than a piece of it: from its beginning, or what is added from now on. What the lines mean is for
 * others; one that is too long or is no JSON is left out. Read only.
 */
import { open, type FileHandle } from 'node:fs/promises';
import {
  TRANSCRIPT_LINE_BYTES_MAX,
  TRANSCRIPT_READ_BYTES,
  TRANSCRIPT_TAIL_BYTES,
} from '../limits.ts';
import { READ_PLAIN } from './read-bounded.ts';

const NEWLINE = 0x0a;

export interface TranscriptTailOptions {
  /** Where the first look begins; `end` is a little before it, a number is what `linesEnd` was. */
  readonly from?: 'beginning' | 'end' | number;
  /** What is not wanted is not parsed: most of a transcript is of no interest to most. */
  readonly wants?: (line: Buffer) => boolean;
}

export class TranscriptTail {
  readonly path: string;
  readonly #options: TranscriptTailOptions;
  /** Bytes of the file that have been looked at; undefined before the first look. */
  #offset: number | undefined;
  /** The beginning of a line whose end has not been read. */
  #rest: Buffer = Buffer.alloc(0);
  /** In the midst of a line that is left out: too long, or begun before our beginning. */
  #isSkipping = false;
  #hasMore = false;
  #beginnings = 0;

  constructor(path: string, options: TranscriptTailOptions = {}) {
    this.path = path;
    this.#options = options;
  }

  /** Bytes of the file that have been looked at. */
  get offset(): number {
    return this.#offset ?? 0;
  }

  /** Where the last whole line ended: who begins there misses nothing and gets nothing twice. */
  get linesEnd(): number {
    return this.#isSkipping ? this.offset : this.offset - this.#rest.length;
  }

  /** The last look did not reach the end. */
  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** Grows by one when another file has taken the place of the one that was read so far. */
  get beginnings(): number {
    return this.#beginnings;
  }

  /** @returns the lines that were added, as far as one look reaches; the rest with the next */
  async read(): Promise<readonly unknown[]> {
    this.#hasMore = false;
    const file = await open(this.path, READ_PLAIN).catch(() => undefined);
    if (file === undefined) return [];
    try {
      return await this.#readFrom(file);
    } finally {
      await file.close();
    }
  }

  async #readFrom(file: FileHandle): Promise<readonly unknown[]> {
    const { size } = await file.stat();
    if (this.#offset === undefined || size < this.#offset) this.#begin(size);
    const offset = this.#offset ?? 0;
    const wanted = Math.min(TRANSCRIPT_READ_BYTES, size - offset);
    if (wanted <= 0) return [];
    const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
    this.#offset = offset + bytesRead;
    this.#hasMore = bytesRead > 0 && this.#offset < size;
    return this.#cut(buffer.subarray(0, bytesRead));
  }

  /** At first, or when another file has taken its place. */
  #begin(size: number): void {
    const { from = 'end' } = this.#options;
    const isKnown = typeof from === 'number' && from <= size && this.#beginnings === 0;
    const end = Math.max(0, size - TRANSCRIPT_TAIL_BYTES);
    this.#offset = isKnown ? from : from === 'end' ? end : 0;
    this.#beginnings++;
    this.#isSkipping = from === 'end' && this.#offset > 0;
    this.#rest = Buffer.alloc(0);
  }

  #cut(bytes: Buffer): readonly unknown[] {
    const values: unknown[] = [];
    let begin = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, begin);
      if (end < 0) break;
      const isLong = this.#rest.length + end - begin > TRANSCRIPT_LINE_BYTES_MAX;
      if (!this.#isSkipping && !isLong) {
        const piece = bytes.subarray(begin, end);
        const line = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
        if (this.#options.wants?.(line) ?? true) values.push(...parse(line));
      }
      this.#rest = Buffer.alloc(0);
      this.#isSkipping = false;
      begin = end + 1;
    }
    this.#keep(bytes.subarray(begin));
    return values;
  }

  #keep(rest: Buffer): void {
    if (this.#isSkipping) return;
    this.#rest = Buffer.concat([this.#rest, rest]);
    if (this.#rest.length <= TRANSCRIPT_LINE_BYTES_MAX) return;
    this.#rest = Buffer.alloc(0);
    this.#isSkipping = true;
  }
}

function parse(line: Buffer): readonly unknown[] {
  try {
    return [JSON.parse(line.toString('utf8'))];
  } catch {
    return [];
  }
}
