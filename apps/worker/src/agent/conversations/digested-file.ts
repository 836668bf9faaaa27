/** One transcript and what is known of it: each look reads only what was written since the last one. */
import { TRANSCRIPT_DIGEST_BYTES_MAX } from '../limits.ts';
import { TranscriptTail } from '../claude/transcript-tail.ts';
import { digested, mayMatter, NOTHING, type Digest } from './digest.ts';

export class DigestedFile {
  readonly #tail: TranscriptTail;
  #digest = NOTHING;
  #beginnings = 0;
  #sizeSeen = -1;
  #atMsSeen = -1;

  constructor(path: string) {
    this.#tail = new TranscriptTail(path, { from: 'beginning', wants: mayMatter });
  }

  get digest(): Digest {
    return this.#digest;
  }

  /** It is longer than anybody reads for a list: there are more prompts than are counted. */
  get isCut(): boolean {
    return this.#tail.offset >= TRANSCRIPT_DIGEST_BYTES_MAX;
  }

  /**
   * As stat(2) says it is now: nothing is opened where that is as it was.
   * @returns how many bytes were read
   */
  async look({ size, atMs }: { readonly size: number; readonly atMs: number }): Promise<number> {
    if (size === this.#sizeSeen && atMs === this.#atMsSeen) return 0;
    const begin = this.#tail.offset;
    do {
      const lines = await this.#tail.read();
      if (this.#tail.beginnings !== this.#beginnings) this.#digest = NOTHING;
      this.#beginnings = this.#tail.beginnings;
      for (const line of lines) this.#digest = digested(this.#digest, line);
    } while (this.#tail.hasMore && !this.isCut);
    this.#sizeSeen = size;
    this.#atMsSeen = atMs;
    return Math.max(0, this.#tail.offset - begin);
  }
}
