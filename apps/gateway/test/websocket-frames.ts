/** WebSocket frames written by hand, for what no client library would send. */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9 } as const;

export interface RawFrame {
  readonly opcode: number;
  readonly payload?: Uint8Array;
  readonly isFinal?: boolean;
  /** Bits that are reserved, as 0x10 to 0x70. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** Said in the header instead of the true one. */
  readonly claimedLength?: number;
}

export function rawFrame(frame: RawFrame): Buffer {
  const {
    opcode,
    payload = new Uint8Array(0),
    isFinal = true,
    reserved = 0,
    isMasked = true,
  } = frame;
  const length = frame.claimedLength ?? payload.length;
  const first = (isFinal ? 0x80 : 0) | reserved | opcode;
  const mask = isMasked ? 0x80 : 0;
  // A mask of zeros leaves the payload as it is.
  const key = Buffer.alloc(isMasked ? 4 : 0);
  return Buffer.concat([Buffer.from([first]), lengthField(length, mask), key, payload]);
}

function lengthField(length: number, mask: number): Buffer {
  if (length < 126) return Buffer.from([mask | length]);
  const field = Buffer.alloc(length < 65_536 ? 3 : 9);
  field[0] = mask | (length < 65_536 ? 126 : 127);
  if (length < 65_536) field.writeUInt16BE(length, 1);
  else field.writeBigUInt64BE(BigInt(length), 1);
  return field;
}
