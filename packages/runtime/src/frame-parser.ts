/**
 * Cuts a byte stream into frames: a u32 length, big endian, then that many bytes. Knows no socket
 * and does not care where chunks are cut. Frames are views of the chunks where they arrive whole.
 */
import { DashboardError } from '@dashboard/protocol/errors';

export const LENGTH_BYTES = 4;

export class FrameParser {
  /** Of a frame, its length not counted. May change between frames: a handshake needs little. */
  frameBytesMax: number;
  #chunks: Uint8Array[] = [];
  #held = 0;
  /** Bytes without which there is nothing to do; waiting for them keeps a large frame linear. */
  #needed = LENGTH_BYTES;

  constructor(frameBytesMax: number) {
    this.frameBytesMax = frameBytesMax;
  }

  /** Bytes taken in that are no whole frame yet. */
  get heldBytes(): number {
    return this.#held;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
  }

  /** @returns the next whole frame, or undefined. @throws DashboardError too_large: hang up then */
  next(): Uint8Array | undefined {
    if (this.#held < this.#needed) return undefined;
    const bytes = this.#joined();
    const length = readLength(bytes);
    if (length > this.frameBytesMax) {
      throw new DashboardError('too_large', `a frame of ${length} bytes is over the limit`);
    }
    const end = LENGTH_BYTES + length;
    if (bytes.length < end) {
      this.#needed = end;
      return undefined;
    }
    this.#needed = LENGTH_BYTES;
    this.#chunks = bytes.length === end ? [] : [bytes.subarray(end)];
    this.#held = bytes.length - end;
    return bytes.subarray(LENGTH_BYTES, end);
  }

  #joined(): Uint8Array {
    const [first] = this.#chunks;
    if (first !== undefined && this.#chunks.length === 1) return first;
    const joined = new Uint8Array(this.#held);
    let at = 0;
    for (const chunk of this.#chunks) {
      joined.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [joined];
    return joined;
  }
}

export function encodeLength(length: number): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

function readLength(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getUint32(0);
}
