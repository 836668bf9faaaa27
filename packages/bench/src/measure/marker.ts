/** Finds a text in a stream of chunks, wherever they are cut. */

export class Marker {
  readonly #wanted: Buffer;
  /** The end of what came before, one byte shorter than what is wanted. */
  #carry = Buffer.alloc(0);

  constructor(text: string) {
    this.#wanted = Buffer.from(text);
  }

  /** @returns whether it ends in this chunk */
  isIn(chunk: Uint8Array): boolean {
    const keep = this.#wanted.length - 1;
    const head = Buffer.concat([this.#carry, chunk.subarray(0, keep)]);
    const found = head.includes(this.#wanted) || viewOf(chunk).includes(this.#wanted);
    this.#carry = Buffer.concat([this.#carry, chunk.subarray(-keep)]).subarray(-keep);
    return found;
  }
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
