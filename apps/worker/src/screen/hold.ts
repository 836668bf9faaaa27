/**
 * Keeps back the unfinished end of a byte stream (half a character, half an escape sequence, an open
 * synchronized frame), so that the terminal behind it is always at a place where a snapshot is
 * exact. Bounded: an overlong sequence is swallowed, an overlong frame is let through in parts.
 */
import { Ground } from './ground.ts';
import { FRAME_HELD_BYTES_MAX, SEQUENCE_BYTES_MAX } from './limits.ts';

const ESC = 0x1b;

export class Hold {
  readonly #ground: Ground;
  #pieces: Uint8Array[] = [];
  #heldBytes = 0;
  /** Of the held bytes: up to the last ground, and up to the last ground outside a frame. */
  #groundBytes = 0;
  #frameBytes = 0;
  #isSwallowing = false;
  #isFrameGivenUp = false;

  /** @param transitions the table of the parser that gets what is let through */
  constructor(transitions: Uint8Array) {
    this.#ground = new Ground(transitions);
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Something could be let through that only waits for the end of its frame. */
  get isWaitingForFrame(): boolean {
    return this.#groundBytes > 0;
  }

  /** While a sequence is swallowed: what puts another parser into the same one. Empty otherwise. */
  get opener(): string {
    return this.#isSwallowing ? this.#ground.opener : '';
  }

  /** A copy of what is held. */
  peek(): Uint8Array {
    return Buffer.concat(this.#pieces);
  }

  /** @returns what may be parsed now, in order; the array that was handed in is not kept */
  take(chunk: Uint8Array): Uint8Array[] {
    const ready: Uint8Array[] = [];
    let from = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#isSwallowing) {
        at += 1;
        from = this.#swallow(chunk[at - 1] ?? 0) ? at - 1 : at;
        if (!this.#isSwallowing && this.#ground.isGround) from = at;
        continue;
      }
      const textEnd = this.#ground.skipText(chunk, at);
      if (textEnd > at) at = textEnd;
      else this.#ground.step(chunk[at++] ?? 0);
      const position = this.#heldBytes + at - from;
      if (this.#ground.isGround) this.#mark(position);
      else if (position - this.#groundBytes > SEQUENCE_BYTES_MAX) {
        this.#keep(chunk.subarray(from, at));
        ready.push(...this.#startSwallowing());
        from = at;
      }
    }
    this.#keep(chunk.slice(from));
    ready.push(...this.#let(this.#allowedBytes()));
    return ready;
  }

  /** Lets an open frame through as far as it is whole sequences. */
  release(): Uint8Array[] {
    this.#isFrameGivenUp = this.#ground.inFrame;
    return this.#let(this.#groundBytes);
  }

  /** @returns whether this byte is the first of the next sequence */
  #swallow(byte: number): boolean {
    this.#ground.step(byte);
    this.#isSwallowing = byte !== ESC && !this.#ground.isGround;
    return byte === ESC;
  }

  #startSwallowing(): Uint8Array[] {
    const ready = this.#let(this.#groundBytes);
    this.#pieces = [];
    this.#heldBytes = 0;
    this.#isSwallowing = true;
    return ready;
  }

  #mark(position: number): void {
    this.#groundBytes = position;
    if (this.#ground.inFrame) return;
    this.#frameBytes = position;
    this.#isFrameGivenUp = false;
  }

  #allowedBytes(): number {
    if (this.#heldBytes - this.#frameBytes > FRAME_HELD_BYTES_MAX) this.#isFrameGivenUp = true;
    return this.#isFrameGivenUp ? this.#groundBytes : this.#frameBytes;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#heldBytes += bytes.length;
  }

  #let(count: number): Uint8Array[] {
    const ready: Uint8Array[] = [];
    let left = count;
    while (left > 0) {
      const piece = this.#pieces.shift();
      if (piece === undefined) break;
      if (piece.length > left) this.#pieces.unshift(piece.subarray(left));
      ready.push(piece.subarray(0, left));
      left -= Math.min(left, piece.length);
    }
    this.#heldBytes -= count;
    this.#groundBytes -= count;
    this.#frameBytes = Math.max(0, this.#frameBytes - count);
    return ready;
  }
}
