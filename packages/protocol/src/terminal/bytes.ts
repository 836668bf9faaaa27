/** Reads and writes the fields of binary frames. Big endian. A reader never reads past the end. */
import { invariant } from '../invariant.ts';

// Every runtime has these two; the libraries this package compiles with do not declare them.
declare class TextDecoder {
  constructor(encoding: 'utf-8', options: { ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

// Without ignoreBOM a title that begins with U+FEFF would arrive without it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();

/** A u64 is read and written as two halves: a BigInt for each offset would be garbage for each key. */
const U32_VALUES = 2 ** 32;
const HIGH_U32_MAX = Math.floor(Number.MAX_SAFE_INTEGER / U32_VALUES);

/** Takes fields off the front; after a field that was not there, isBroken stays true. */
export class FieldReader {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  #at = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#take(1, (at) => this.#view.getUint8(at));
  }

  u16(): number {
    return this.#take(2, (at) => this.#view.getUint16(at));
  }

  u32(): number {
    return this.#take(4, (at) => this.#view.getUint32(at));
  }

  i32(): number {
    return this.#take(4, (at) => this.#view.getInt32(at));
  }

  /** Broken above 2^53 - 1: no session prints nine petabytes. */
  u64(): number {
    const high = this.u32();
    if (high > HIGH_U32_MAX) this.#isBroken = true;
    return high * U32_VALUES + this.u32();
  }

  /** What is left, as a view and not a copy. */
  rest(): Uint8Array {
    const rest = this.#bytes.subarray(this.#at);
    this.#at = this.#bytes.length;
    return rest;
  }

  text(): string {
    return decoder.decode(this.rest());
  }

  #take(bytes: number, read: (at: number) => number): number {
    const at = this.#at;
    if (at + bytes > this.#bytes.length) {
      this.#isBroken = true;
      return 0;
    }
    this.#at = at + bytes;
    return read(at);
  }
}

/**
 * Puts fields one after the other into a frame whose length is known beforehand.
 * A number that its field cannot hold is our bug: DataView would silently write another one.
 */
export class FieldWriter {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u8(value: number): this {
    requireInteger(value, 0, 0xff);
    this.#view.setUint8(this.#at, value);
    this.#at += 1;
    return this;
  }

  u16(value: number): this {
    requireInteger(value, 0, 0xffff);
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
    return this;
  }

  u32(value: number): this {
    requireInteger(value, 0, 0xffff_ffff);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
    return this;
  }

  i32(value: number): this {
    requireInteger(value, -0x8000_0000, 0x7fff_ffff);
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
    return this;
  }

  u64(value: number): this {
    requireInteger(value, 0, Number.MAX_SAFE_INTEGER);
    return this.u32(Math.floor(value / U32_VALUES)).u32(value % U32_VALUES);
  }

  put(bytes: Uint8Array): this {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }
}

function requireInteger(value: number, least: number, most: number): void {
  const fits = Number.isInteger(value) && value >= least && value <= most;
  invariant(fits, `${value} would become another number on the wire`);
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}
