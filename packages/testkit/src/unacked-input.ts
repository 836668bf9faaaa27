/** What was typed and not yet acknowledged, by offset: after a lost connection the rest goes out again. */
import { INPUT_BYTES_MAX, UNACKED_INPUT_BYTES_MAX } from '@dashboard/protocol/limits';

export interface InputPart {
  readonly inputOffset: number;
  readonly bytes: Buffer;
}

export class UnackedInput {
  /** From #acceptedTo on. */
  #bytes = Buffer.alloc(0);
  #acceptedTo = 0;
  #sentTo = 0;

  get bytesLeft(): number {
    return this.#bytes.length;
  }

  add(text: string): void {
    this.#bytes = Buffer.concat([this.#bytes, Buffer.from(text)]);
  }

  /** What may be sent now, a frame at a time; undefined when everything is, or enough is under way. */
  next(): InputPart | undefined {
    const from = this.#sentTo - this.#acceptedTo;
    const room = UNACKED_INPUT_BYTES_MAX - from;
    const bytes = this.#bytes.subarray(from, from + Math.min(INPUT_BYTES_MAX, room));
    if (bytes.length === 0) return undefined;
    const part = { inputOffset: this.#sentTo, bytes };
    this.#sentTo += bytes.length;
    return part;
  }

  accepted(inputOffset: number): void {
    if (inputOffset <= this.#acceptedTo) return;
    this.#bytes = this.#bytes.subarray(inputOffset - this.#acceptedTo);
    this.#acceptedTo = inputOffset;
    this.#sentTo = Math.max(this.#sentTo, inputOffset);
  }

  /** The same program is there again: what it has not accepted will be sent once more. */
  resumeAt(inputOffset: number): void {
    this.accepted(inputOffset);
    this.#sentTo = inputOffset;
  }

  /** Another worker, which knows nothing of what was sent. Only what was never sent is kept. */
  restartAt(inputOffset: number): void {
    this.#bytes = this.#bytes.subarray(this.#sentTo - this.#acceptedTo);
    this.#acceptedTo = this.#sentTo = inputOffset;
  }
}
