/** Every frame against golden bytes, so that no release can change the wire without saying so. */
import { readFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { decodeViewerFrame, encodeViewerFrame, VIEWER_FRAME } from './viewer-frames.ts';
import { decodeWorkerFrame, encodeWorkerFrame, WORKER_FRAME } from './worker-frames.ts';

const Frame = Type.Object({ type: Type.String(), bytes: Type.Optional(Type.String()) });
const Vectors = Type.Object({
  frames: Type.Array(Type.Object({ name: Type.String(), hex: Type.String(), frame: Frame })),
  malformed: Type.Array(Type.Object({ name: Type.String(), hex: Type.String() })),
});

function read(file: string): Static<typeof Vectors> {
  const url = new URL(`../../test-vectors/${file}`, import.meta.url);
  return Value.Parse(Vectors, JSON.parse(readFileSync(url, 'utf8')));
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** The payload of a vector is hex; everything else stands there as it is. */
function withBytes(frame: Static<typeof Frame>): object {
  return frame.bytes === undefined ? frame : { ...frame, bytes: fromHex(frame.bytes) };
}

describe.each([
  {
    file: 'viewer-frames.json',
    types: Object.values<number>(VIEWER_FRAME),
    decode: decodeViewerFrame,
    again: (bytes: Uint8Array) => {
      const frame = decodeViewerFrame(bytes);
      return frame.type === 'malformed' ? undefined : encodeViewerFrame(frame);
    },
  },
  {
    file: 'worker-frames.json',
    types: Object.values<number>(WORKER_FRAME),
    decode: decodeWorkerFrame,
    again: (bytes: Uint8Array) => {
      const frame = decodeWorkerFrame(bytes);
      return frame.type === 'malformed' ? undefined : encodeWorkerFrame(frame);
    },
  },
])('$file', ({ file, types, decode, again }) => {
  const vectors = read(file);

  test.each(vectors.frames)('$name', ({ hex, frame }) => {
    expect(decode(fromHex(hex))).toEqual(withBytes(frame));
    expect(again(fromHex(hex))).toEqual(fromHex(hex));
  });

  test.each(vectors.malformed)('$name is malformed, and it says why', ({ hex }) => {
    const frame = decode(fromHex(hex));
    expect(frame).toEqual({ type: 'malformed', why: expect.stringMatching(/\w/) });
  });

  test('has a vector for each type of frame', () => {
    const seen = new Set(vectors.frames.map(({ hex }) => fromHex(hex)[0]));
    expect([...seen].sort()).toEqual(types.sort());
  });
});
