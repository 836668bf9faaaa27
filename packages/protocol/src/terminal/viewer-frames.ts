/**
 * Frames from a viewer to the worker: what is typed, how large the window is, what was parsed.
 * A WebSocket message is one frame; on the Unix socket the same bytes follow their length.
 */
import { COLS_MAX, INPUT_BYTES_MAX, ROWS_MAX } from '../limits.ts';
import { invariant } from '../invariant.ts';
import { FieldReader, FieldWriter } from './bytes.ts';
import type { TerminalSize } from './size.ts';

export const VIEWER_FRAME = { input: 0x01, resize: 0x02, ack: 0x03, control: 0x04 } as const;

export type ViewerFrame =
  /** `inputOffset` is where these bytes begin in all that this viewer ever typed here. */
  | { readonly type: 'input'; readonly inputOffset: number; readonly bytes: Uint8Array }
  | { readonly type: 'resize'; readonly size: TerminalSize }
  /** Output before `offset` has been parsed: credit for as much again. */
  | { readonly type: 'ack'; readonly offset: number }
  /** Become the controller, whose window decides the size, or stop being it. */
  | { readonly type: 'control'; readonly take: boolean };

/** Bytes that are no frame, and why. Whoever sent them is cut off. */
export interface Malformed {
  readonly type: 'malformed';
  readonly why: string;
}

export function encodeViewerFrame(frame: ViewerFrame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'input':
      invariant(frame.bytes.length <= INPUT_BYTES_MAX, 'the worker would hang up on this input');
      return new FieldWriter(9 + frame.bytes.length)
        .u8(VIEWER_FRAME.input)
        .u64(frame.inputOffset)
        .put(frame.bytes).bytes;
    case 'resize':
      return new FieldWriter(5).u8(VIEWER_FRAME.resize).u16(frame.size.cols).u16(frame.size.rows)
        .bytes;
    case 'ack':
      return new FieldWriter(9).u8(VIEWER_FRAME.ack).u64(frame.offset).bytes;
    case 'control':
      return new FieldWriter(2).u8(VIEWER_FRAME.control).u8(frame.take ? 1 : 0).bytes;
  }
}

/** Total: any bytes give a frame or the reason why they are none. `bytes` of input is a view. */
export function decodeViewerFrame(bytes: Uint8Array): ViewerFrame | Malformed {
  const reader = new FieldReader(bytes);
  const frame = readFields(reader);
  if (frame.type === 'malformed') return frame;
  if (reader.isBroken) return malformed(`${frame.type} frame is cut short or out of range`);
  if (!reader.isAtEnd) return malformed(`${frame.type} frame is too long`);
  return frame;
}

export function malformed(why: string): Malformed {
  return { type: 'malformed', why };
}

function readFields(reader: FieldReader): ViewerFrame | Malformed {
  const type = reader.u8();
  switch (type) {
    case VIEWER_FRAME.input: {
      const inputOffset = reader.u64();
      const bytes = reader.rest();
      if (bytes.length > INPUT_BYTES_MAX) return malformed('input frame is over its limit');
      return { type: 'input', inputOffset, bytes };
    }
    case VIEWER_FRAME.resize: {
      const size = { cols: reader.u16(), rows: reader.u16() };
      if (!isAllowed(size)) return malformed(`size ${size.cols}x${size.rows} is out of range`);
      return { type: 'resize', size };
    }
    case VIEWER_FRAME.ack:
      return { type: 'ack', offset: reader.u64() };
    case VIEWER_FRAME.control: {
      const take = reader.u8();
      if (take > 1) return malformed('control is neither take nor release');
      return { type: 'control', take: take === 1 };
    }
    default:
      return malformed(`no viewer frame has type ${type}`);
  }
}

export function isAllowed({ cols, rows }: TerminalSize): boolean {
  return cols >= 1 && cols <= COLS_MAX && rows >= 1 && rows <= ROWS_MAX;
}
