/**
 * Follows a conversation's transcript, a file of JSON lines that only grows, without ever holding
 * more than a piece of it. What the lines mean is for others; one that is too long or is no JSON is
 * left out. Read only.
 */
import { open, type FileHandle } from 'node:fs/promises';
import {
  TRANSCRIPT_LINE_BYTES_MAX,
  TRANSCRIPT_READ_BYTES,
  TRANSCRIPT_TAIL_BYTES,
} from '../limits.ts';
import { READ_PLAIN } from './read-bounded.ts';

const NEWLINE = 0x0a;

export class TranscriptTail {
  readonly path: string;
  /** Bytes of the file that have been looked at; undefined before the first look. */
  #offset: number | undefined;
  /** The beginning of a line whose end has not been read. */
  #rest: Buffer = Buffer.alloc(0);
  /** In the midst of a line that is left out: too long, or begun before our beginning. */
  #isSkipping = false;

  constructor(path: string) {
    this.path = path;
  }

  /** @returns the lines that were added, as far as one look reaches; the rest with the next */
  async read(): Promise<readonly unknown[]> {
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
    return this.#cut(buffer.subarray(0, bytesRead));
  }

  /** At first, or when another file has taken its place. */
  #begin(size: number): void {
    this.#offset = Math.max(0, size - TRANSCRIPT_TAIL_BYTES);
    this.#isSkipping = this.#offset > 0;
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
        values.push(...parse(Buffer.concat([this.#rest, bytes.subarray(begin, end)])));
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
