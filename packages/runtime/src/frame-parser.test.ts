/** Frames come out whole however the stream was cut, and nothing larger than agreed is waited for. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeLength, FrameParser } from './frame-parser.ts';

const FRAME_BYTES_MAX = 1024;

function framed(frames: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(frames.flatMap((frame) => [encodeLength(frame.length), frame]));
}

function drain(parser: FrameParser): Buffer[] {
  const found: Buffer[] = [];
  for (let frame = parser.next(); frame; frame = parser.next()) found.push(Buffer.from(frame));
  return found;
}

test('the same frames come out, wherever the stream is cut', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: FRAME_BYTES_MAX }), { maxLength: 8 });
  const cuts = fc.array(fc.nat({ max: 3000 }), { maxLength: 12 });
  fc.assert(
    fc.property(frames, cuts, (sent, at) => {
      const stream = framed(sent);
      const places = [0, ...at.filter((place) => place < stream.length), stream.length].sort(
        (a, b) => a - b,
      );
      const parser = new FrameParser(FRAME_BYTES_MAX);
      const found: Buffer[] = [];
      for (const [index, place] of places.entries()) {
        parser.push(stream.subarray(places[index - 1] ?? 0, place));
        found.push(...drain(parser));
      }
      expect(found).toEqual(sent.map((frame) => Buffer.from(frame)));
      expect(parser.heldBytes).toBe(0);
    }),
  );
});

test('a frame over the limit is refused by its length alone', () => {
  const parser = new FrameParser(FRAME_BYTES_MAX);
  parser.push(encodeLength(FRAME_BYTES_MAX + 1));
  expect(() => parser.next()).toThrow(expect.objectContaining({ code: 'too_large' }));
});

test('a frame of the limit passes', () => {
  const parser = new FrameParser(FRAME_BYTES_MAX);
  parser.push(framed([new Uint8Array(FRAME_BYTES_MAX)]));
  expect(parser.next()).toHaveLength(FRAME_BYTES_MAX);
});

test('the limit may be raised between two frames', () => {
  const parser = new FrameParser(1);
  parser.push(framed([Uint8Array.of(1), new Uint8Array(9)]));
  expect(parser.next()).toHaveLength(1);
  parser.frameBytesMax = 9;
  expect(parser.next()).toHaveLength(9);
});
