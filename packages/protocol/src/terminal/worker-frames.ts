/**
 * Frames from the worker to a viewer: where it stands, what the program printed, what happened.
 * The gateway passes them on unread, but for their first byte.
 */
import { invariant } from '../invariant.ts';
import { OUTPUT_BYTES_MAX, SNAPSHOT_CHUNK_BYTES_MAX } from '../limits.ts';
import type { Role } from '../roles.ts';
import { FieldReader, FieldWriter, utf8 } from './bytes.ts';
import type { TerminalSize } from './size.ts';
import { isAllowed, malformed, type Malformed } from './viewer-frames.ts';

export const WORKER_FRAME = {
  attached: 0x81,
  output: 0x82,
  snapshot: 0x83,
  inputAck: 0x84,
  size: 0x85,
  title: 0x86,
  bell: 0x87,
  notice: 0x88,
  exited: 0x89,
  closing: 0x8a,
} as const;

const ROLES = ['observer', 'operator', 'owner'] as const satisfies readonly Role[];

/** Why the other side hangs up. The number on the wire is the place in this list, from 1. */
const CLOSING_REASONS = [
  'draining',
  'revoked',
  'replaced',
  'too_slow',
  'removed',
  'worker_gone',
  'malformed',
  'resumed',
] as const;
export type ClosingReason = (typeof CLOSING_REASONS)[number];

export type WorkerFrame =
  | {
      readonly type: 'attached';
      /** Changes when the output log began anew; offsets of another epoch mean nothing. */
      readonly epoch: number;
      /** Output continues here, unless a snapshot follows. */
      readonly offset: number;
      readonly size: TerminalSize;
      readonly role: Role;
      readonly isController: boolean;
      /** Input accepted from this viewer so far; what it sent beyond may be sent again. */
      readonly inputOffset: number;
    }
  /** Must follow on what was received; otherwise the viewer attaches anew. */
  | { readonly type: 'output'; readonly offset: number; readonly bytes: Uint8Array }
  /** Reset, then write this; output continues at `offset`. Long ones come in chunks. */
  | {
      readonly type: 'snapshot';
      readonly isFirst: boolean;
      readonly isLast: boolean;
      readonly offset: number;
      readonly size: TerminalSize;
      readonly scrollbackLines: number;
      readonly bytes: Uint8Array;
    }
  /** The pane took this viewer's input up to here. */
  | { readonly type: 'inputAck'; readonly inputOffset: number }
  /** The size of the pane now; `controller` is the name of who decides it, empty when nobody does. */
  | {
      readonly type: 'size';
      readonly size: TerminalSize;
      readonly isController: boolean;
      readonly controller: string;
    }
  | { readonly type: 'title'; readonly title: string }
  | { readonly type: 'bell' }
  | { readonly type: 'notice'; readonly text: string }
  /** The program ended; the screen stays readable. No code is negative: -1 is null on the wire. */
  | {
      readonly type: 'exited';
      readonly code: number | null;
      readonly signal: number | null;
      readonly isLost: boolean;
    }
  | { readonly type: 'closing'; readonly reason: ClosingReason; readonly retryMs: number };

/** Bytes of an output frame before its payload. */
export const OUTPUT_HEADER_BYTES = 9;

/** For senders that put the payload behind it without copying. */
export function encodeOutputHeader(offset: number): Uint8Array<ArrayBuffer> {
  return new FieldWriter(OUTPUT_HEADER_BYTES).u8(WORKER_FRAME.output).u64(offset).bytes;
}

type Encoders = {
  readonly [T in WorkerFrame['type']]: (
    frame: Extract<WorkerFrame, { type: T }>,
  ) => Uint8Array<ArrayBuffer>;
};

const ENCODERS: Encoders = {
  attached: (frame) =>
    new FieldWriter(31)
      .u8(WORKER_FRAME.attached)
      .u64(frame.epoch)
      .u64(frame.offset)
      .u16(frame.size.cols)
      .u16(frame.size.rows)
      .u8(ROLES.indexOf(frame.role))
      .u8(frame.isController ? 1 : 0)
      .u64(frame.inputOffset).bytes,
  output: (frame) => {
    invariant(frame.bytes.length <= OUTPUT_BYTES_MAX, 'every viewer would hang up on this output');
    return new FieldWriter(OUTPUT_HEADER_BYTES + frame.bytes.length)
      .u8(WORKER_FRAME.output)
      .u64(frame.offset)
      .put(frame.bytes).bytes;
  },
  snapshot: (frame) => {
    const { length } = frame.bytes;
    invariant(length <= SNAPSHOT_CHUNK_BYTES_MAX, 'every viewer would hang up on this snapshot');
    return new FieldWriter(18 + length)
      .u8(WORKER_FRAME.snapshot)
      .u8((frame.isFirst ? 1 : 0) | (frame.isLast ? 2 : 0))
      .u64(frame.offset)
      .u16(frame.size.cols)
      .u16(frame.size.rows)
      .u32(frame.scrollbackLines)
      .put(frame.bytes).bytes;
  },
  inputAck: (frame) => new FieldWriter(9).u8(WORKER_FRAME.inputAck).u64(frame.inputOffset).bytes,
  size: (frame) => {
    const controller = utf8(frame.controller);
    return new FieldWriter(6 + controller.length)
      .u8(WORKER_FRAME.size)
      .u16(frame.size.cols)
      .u16(frame.size.rows)
      .u8(frame.isController ? 1 : 0)
      .put(controller).bytes;
  },
  title: (frame) => withText(WORKER_FRAME.title, frame.title),
  bell: () => new FieldWriter(1).u8(WORKER_FRAME.bell).bytes,
  notice: (frame) => withText(WORKER_FRAME.notice, frame.text),
  exited: (frame) => {
    const { code, signal } = frame;
    invariant((code ?? 0) >= 0 && (signal ?? 0) >= 0, 'the viewer would read null');
    return new FieldWriter(10)
      .u8(WORKER_FRAME.exited)
      .i32(code ?? -1)
      .i32(signal ?? -1)
      .u8(frame.isLost ? 1 : 0).bytes;
  },
  closing: (frame) =>
    new FieldWriter(6)
      .u8(WORKER_FRAME.closing)
      .u8(CLOSING_REASONS.indexOf(frame.reason) + 1)
      .u32(frame.retryMs).bytes,
};

export function encodeWorkerFrame(frame: WorkerFrame): Uint8Array<ArrayBuffer> {
  // The table pairs each type with its own frame, which a lookup by union cannot express.
  const encode = ENCODERS[frame.type] as (frame: WorkerFrame) => Uint8Array<ArrayBuffer>;
  return encode(frame);
}

/** Total: any bytes give a frame or the reason why they are none. Payloads are views. */
export function decodeWorkerFrame(bytes: Uint8Array): WorkerFrame | Malformed {
  const reader = new FieldReader(bytes);
  const type = reader.u8();
  const read = READERS.get(type);
  if (read === undefined) return malformed(`no worker frame has type ${type}`);
  const frame = read(reader);
  if (frame.type === 'malformed') return frame;
  if (reader.isBroken) return malformed(`${frame.type} frame is cut short or out of range`);
  if (!reader.isAtEnd) return malformed(`${frame.type} frame is too long`);
  return frame;
}

type Read = (reader: FieldReader) => WorkerFrame | Malformed;

const READERS: ReadonlyMap<number, Read> = new Map<number, Read>([
  [WORKER_FRAME.attached, readAttached],
  [WORKER_FRAME.output, readOutput],
  [WORKER_FRAME.snapshot, readSnapshot],
  [WORKER_FRAME.inputAck, (r) => ({ type: 'inputAck', inputOffset: r.u64() })],
  [WORKER_FRAME.size, readSizeFrame],
  [WORKER_FRAME.title, (r) => ({ type: 'title', title: r.text() })],
  [WORKER_FRAME.bell, () => ({ type: 'bell' })],
  [WORKER_FRAME.notice, (r) => ({ type: 'notice', text: r.text() })],
  [WORKER_FRAME.exited, readExited],
  [WORKER_FRAME.closing, readClosing],
]);

function readAttached(r: FieldReader): WorkerFrame | Malformed {
  const epoch = r.u64();
  const offset = r.u64();
  const size = { cols: r.u16(), rows: r.u16() };
  const role = ROLES[r.u8()];
  const isController = r.u8();
  const inputOffset = r.u64();
  if (role === undefined || isController > 1) return malformed('attached frame has a wrong flag');
  if (!isAllowed(size)) return malformed('attached frame has a size out of range');
  return {
    type: 'attached',
    epoch,
    offset,
    size,
    role,
    isController: isController === 1,
    inputOffset,
  };
}

function readOutput(r: FieldReader): WorkerFrame | Malformed {
  const offset = r.u64();
  const bytes = r.rest();
  if (bytes.length > OUTPUT_BYTES_MAX) return malformed('output frame is over its limit');
  return { type: 'output', offset, bytes };
}

function readSnapshot(r: FieldReader): WorkerFrame | Malformed {
  const part = r.u8();
  const offset = r.u64();
  const size = { cols: r.u16(), rows: r.u16() };
  const scrollbackLines = r.u32();
  const bytes = r.rest();
  if (bytes.length > SNAPSHOT_CHUNK_BYTES_MAX) return malformed('snapshot frame is over its limit');
  if (part > 3) return malformed('snapshot frame has a wrong part');
  if (!isAllowed(size)) return malformed('snapshot frame has a size out of range');
  const isFirst = (part & 1) !== 0;
  const isLast = (part & 2) !== 0;
  return { type: 'snapshot', isFirst, isLast, offset, size, scrollbackLines, bytes };
}

function readSizeFrame(r: FieldReader): WorkerFrame | Malformed {
  const size = { cols: r.u16(), rows: r.u16() };
  const isController = r.u8();
  const controller = r.text();
  if (isController > 1) return malformed('size frame has a wrong flag');
  if (!isAllowed(size)) return malformed('size frame has a size out of range');
  return { type: 'size', size, isController: isController === 1, controller };
}

function readExited(r: FieldReader): WorkerFrame | Malformed {
  const code = r.i32();
  const signal = r.i32();
  const isLost = r.u8();
  if (isLost > 1) return malformed('exited frame has a wrong flag');
  if (code < -1 || signal < -1) return malformed('exited frame has a negative code');
  return {
    type: 'exited',
    code: code === -1 ? null : code,
    signal: signal === -1 ? null : signal,
    isLost: isLost === 1,
  };
}

function readClosing(r: FieldReader): WorkerFrame | Malformed {
  const reason = CLOSING_REASONS[r.u8() - 1];
  const retryMs = r.u32();
  return reason === undefined
    ? malformed('closing frame has no known reason')
    : { type: 'closing', reason, retryMs };
}

function withText(type: number, text: string): Uint8Array<ArrayBuffer> {
  const bytes = utf8(text);
  return new FieldWriter(1 + bytes.length).u8(type).put(bytes).bytes;
}
