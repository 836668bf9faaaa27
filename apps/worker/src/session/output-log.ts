/**
 * The last bytes a program printed, by absolute offset, so that a viewer who returns with "I have
 * everything before N" is sent exactly the rest, or learns that N is gone. Slabs are only ever
 * appended to and dropped whole: a sender may hold a view of one without copying it.
 * Knows nothing of sessions, sockets or tmux. Sizes and offsets are bytes.
 */
import { invariant } from '@dashboard/protocol/invariant';
import { SLAB_BYTES } from './limits.ts';

/** Offsets that a tear takes up, so that a place before it and one behind it are never the same. */
export const TEAR = 1;

interface Slab {
  /** Offset of the first byte. */
  readonly begin: number;
  readonly bytes: Uint8Array;
  used: number;
}

export class OutputLog {
  #slabs: Slab[] = [];
  #begin: number;
  #end: number;

  constructor(begin = 0) {
    this.#begin = begin;
    this.#end = begin;
  }

  /** Offset of the oldest byte that is still here. */
  get begin(): number {
    return this.#begin;
  }

  /** Offset of the next byte to come. */
  get end(): number {
    return this.#end;
  }

  /**
   * Copies the bytes, so that the caller may use its buffer again.
   * @returns views of the copy, in order, for whoever has to keep them
   */
  append(bytes: Uint8Array): readonly Uint8Array[] {
    const kept: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const slab = this.#slabWithRoom();
      const part = bytes.subarray(at, at + slab.bytes.length - slab.used);
      slab.bytes.set(part, slab.used);
      kept.push(slab.bytes.subarray(slab.used, slab.used + part.length));
      slab.used += part.length;
      this.#end += part.length;
      at += part.length;
    }
    return kept;
  }

  /**
   * @returns bytes from `from` on, at least one and at most `bytesMax` unless there are none yet;
   * undefined when `from` has been dropped
   */
  read(from: number, bytesMax: number): Uint8Array | undefined {
    invariant(from <= this.#end, 'a reader cannot be ahead of the writer');
    if (from < this.#begin) return undefined;
    const slab = this.#slabAt(from);
    if (slab === undefined) return new Uint8Array(0);
    const start = from - slab.begin;
    return slab.bytes.subarray(start, Math.min(slab.used, start + bytesMax));
  }

  /** Drops the oldest slabs as long as `bytesMax` remain. */
  keep(bytesMax: number): void {
    let drop = 0;
    for (const slab of this.#slabs) {
      if (this.#end - (slab.begin + slab.used) < bytesMax) break;
      drop++;
      this.#begin = slab.begin + slab.used;
    }
    if (drop > 0) this.#slabs.splice(0, drop);
  }

  /** Output was lost here. Whoever is not beyond finds its place gone, and is redrawn. */
  tear(): void {
    this.#slabs = [];
    this.#end += TEAR;
    this.#begin = this.#end;
  }

  /** A copy of everything that is here. */
  all(): Uint8Array {
    const all = new Uint8Array(this.#end - this.#begin);
    for (const { begin, bytes, used } of this.#slabs) {
      all.set(bytes.subarray(0, used), begin - this.#begin);
    }
    return all;
  }

  #slabWithRoom(): Slab {
    const last = this.#slabs.at(-1);
    if (last !== undefined && last.used < last.bytes.length) return last;
    const slab = { begin: this.#end, bytes: new Uint8Array(SLAB_BYTES), used: 0 };
    this.#slabs.push(slab);
    return slab;
  }

  /** All but the first and the last slab are full, so the place follows from the offset. */
  #slabAt(offset: number): Slab | undefined {
    const first = this.#slabs[0];
    if (first === undefined || offset >= this.#end) return undefined;
    return this.#slabs[Math.floor((offset - first.begin) / SLAB_BYTES)];
  }
}
