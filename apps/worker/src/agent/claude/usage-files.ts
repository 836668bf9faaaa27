/**
 * The transcripts of one conversation, its subagents' among them, read on from where somebody stopped
 * counting. Each look reads a bounded piece; what is left comes with the next.
 */
import { stat } from 'node:fs/promises';
import type { UsageLine } from '../../usage/index.ts';
import { USAGE_READ_BYTES_MAX } from '../limits.ts';
import { findTranscript, subagentTranscripts } from './transcript-files.ts';
import { TranscriptTail } from './transcript-tail.ts';
import { mayTellUsage, usageLine } from './usage-lines.ts';

export interface UsageFilesOptions {
  readonly configDirectory: string;
  readonly conversation: string;
  /** Bytes of a file that are counted already. */
  readonly offsetOf: (path: string) => number;
  /** Lines of one file, in order; it is not told of them again once this has returned. */
  readonly take: (read: {
    readonly path: string;
    readonly offset: number;
    readonly lines: readonly UsageLine[];
  }) => void;
}

interface Followed {
  readonly tail: TranscriptTail;
  /** Of the file when it was last read to its end. */
  size: number;
}

export class UsageFiles {
  readonly #options: UsageFilesOptions;
  readonly #files = new Map<string, Followed>();
  #path: string | undefined;

  constructor(options: UsageFilesOptions) {
    this.#options = options;
  }

  /** @returns whether there is more to read now */
  async look(): Promise<boolean> {
    const { configDirectory, conversation } = this.#options;
    if (this.#path === undefined) {
      const found = await findTranscript(configDirectory, conversation);
      if (found === undefined || found === 'too_many') return false; // nothing was said yet
      this.#path = found.path;
    }
    const subagents = await subagentTranscripts(this.#path);
    let left = USAGE_READ_BYTES_MAX;
    // The conversation last: what closes it adds up its subagents too.
    for (const path of [...subagents, this.#path]) {
      if (left <= 0) return true;
      left -= await this.#read(path, left);
    }
    return left <= 0;
  }

  /** @returns how many bytes were read */
  async #read(path: string, bytesMax: number): Promise<number> {
    const file = await stat(path).catch(() => undefined);
    const followed = this.#follow(path);
    if (file === undefined || file.size === followed.size) return 0;
    const { tail } = followed;
    let bytes = 0;
    do {
      const before = tail.offset;
      const lines = (await tail.read()).flatMap((line) => usageLine(line) ?? []);
      this.#take(path, tail.linesEnd, lines);
      bytes += Math.max(1, tail.offset - before);
    } while (tail.hasMore && bytes < bytesMax);
    if (!tail.hasMore) followed.size = tail.offset;
    return bytes;
  }

  #take(path: string, offset: number, lines: readonly UsageLine[]): void {
    try {
      this.#options.take({ path, offset, lines });
    } catch (error) {
      this.#files.delete(path); // the next look begins again where it was counted
      throw error;
    }
  }

  #follow(path: string): Followed {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const from = this.#options.offsetOf(path);
    const followed = { tail: new TranscriptTail(path, { from, wants: mayTellUsage }), size: from };
    this.#files.set(path, followed);
    return followed;
  }
}
