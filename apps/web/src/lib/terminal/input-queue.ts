/**
 * What a person typed and the pane has not yet accepted, numbered by offset, so that after a
 * reconnect exactly the rest is sent again. Offsets and sizes are bytes.
 */
import { INPUT_BYTES_MAX, UNACKED_INPUT_BYTES_MAX } from '@dashboard/protocol/limits';
import { PENDING_INPUT_BYTES_MAX } from './limits.ts';

export interface InputChunk {
  readonly inputOffset: number;
  readonly bytes: Uint8Array;
}

export class InputQueue {
  /** Everything from #acceptedTo on, in pieces as they were typed. */
  #pieces: Uint8Array[] = [];
  #acceptedTo = 0;
  #sentTo = 0;
  #end = 0;

  get pendingBytes(): number {
    return this.#end - this.#acceptedTo;
  }

  /** @returns false when so much is waiting already that this was not taken */
  push(bytes: Uint8Array): boolean {
    if (this.pendingBytes + bytes.length > PENDING_INPUT_BYTES_MAX) return false;
    if (bytes.length > 0) this.#pieces.push(bytes);
    this.#end += bytes.length;
    return true;
  }

  /** The next bytes that may be sent; undefined when all are, or too many are unacknowledged. */
  next(): InputChunk | undefined {
    const room = UNACKED_INPUT_BYTES_MAX - (this.#sentTo - this.#acceptedTo);
    const length = Math.min(this.#end - this.#sentTo, INPUT_BYTES_MAX, room);
    if (length <= 0) return undefined;
    const chunk = { inputOffset: this.#sentTo, bytes: this.#slice(this.#sentTo, length) };
    this.#sentTo += length;
    return chunk;
  }

  /** The pane took everything before `inputOffset`. Old and impossible offsets change nothing. */
  accept(inputOffset: number): void {
    if (inputOffset <= this.#acceptedTo || inputOffset > this.#end) return;
    this.#dropFirst(inputOffset - this.#acceptedTo);
    this.#acceptedTo = inputOffset;
    this.#sentTo = Math.max(this.#sentTo, inputOffset);
  }

  /**
   * A new socket to the same program: what lies beyond `inputOffset` will be sent again.
   * @returns false when the worker knows less than it had accepted, so that a repeat is not safe
   */
  resumeAt(inputOffset: number): boolean {
    if (inputOffset < this.#acceptedTo || inputOffset > this.#end) return false;
    this.accept(inputOffset);
    this.#sentTo = inputOffset;
    return true;
  }

  /** Starts anew at `inputOffset`. @returns what was pending and is lost */
  restartAt(inputOffset: number): Uint8Array {
    const lost = this.#slice(this.#acceptedTo, this.pendingBytes);
    this.#pieces = [];
    this.#acceptedTo = this.#sentTo = this.#end = inputOffset;
    return lost;
  }

  #slice(from: number, length: number): Uint8Array {
    const slice = new Uint8Array(length);
    let at = this.#acceptedTo;
    let filled = 0;
    for (const piece of this.#pieces) {
      const start = Math.max(0, from - at);
      const part = piece.subarray(start, Math.max(start, from + length - at));
      slice.set(part, filled);
      filled += part.length;
      at += piece.length;
      if (filled === length) break;
    }
    return slice;
  }

  #dropFirst(count: number): void {
    let left = count;
    while (left > 0) {
      const first = this.#pieces[0];
      if (first === undefined) return;
      if (first.length > left) {
        this.#pieces[0] = first.subarray(left);
        return;
      }
      this.#pieces.shift();
      left -= first.length;
    }
  }
}
