/** S10: what must hold of every frame and of any bytes that claim to be one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COLS_MAX,
  INPUT_BYTES_MAX,
  OUTPUT_BYTES_MAX,
  ROWS_MAX,
  SNAPSHOT_CHUNK_BYTES_MAX,
} from '../limits.ts';
import { decodeViewerFrame, encodeViewerFrame, type ViewerFrame } from './viewer-frames.ts';
import {
  decodeWorkerFrame,
  encodeWorkerFrame,
  WORKER_FRAME,
  type WorkerFrame,
} from './worker-frames.ts';

const FUZZ_RUNS = Number(process.env['FUZZ_RUNS'] ?? 2_000);

const offset = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 2 ** 32, Number.MAX_SAFE_INTEGER));
const u32 = fc.nat(0xffff_ffff);
const bytes = fc.uint8Array({ maxLength: 200 });
const size = fc.record({
  cols: fc.integer({ min: 1, max: COLS_MAX }),
  rows: fc.integer({ min: 1, max: ROWS_MAX }),
});
const text = fc.string({ unit: 'binary', maxLength: 80 });
const ended = fc.option(fc.nat(0x7fff_ffff));

const viewerFrame: fc.Arbitrary<ViewerFrame> = fc.oneof(
  fc.record({ type: fc.constant('input' as const), inputOffset: offset, bytes }),
  fc.record({ type: fc.constant('resize' as const), size }),
  fc.record({ type: fc.constant('ack' as const), offset }),
  fc.record({ type: fc.constant('control' as const), take: fc.boolean() }),
);

const workerFrame: fc.Arbitrary<WorkerFrame> = fc.oneof(
  fc.record({
    type: fc.constant('attached' as const),
    epoch: offset,
    offset,
    size,
    role: fc.constantFrom('observer' as const, 'operator' as const, 'owner' as const),
    isController: fc.boolean(),
    inputOffset: offset,
  }),
  fc.record({ type: fc.constant('output' as const), offset, bytes }),
  fc.record({
    type: fc.constant('snapshot' as const),
    isFirst: fc.boolean(),
    isLast: fc.boolean(),
    offset,
    size,
    scrollbackLines: u32,
    bytes,
  }),
  fc.record({ type: fc.constant('inputAck' as const), inputOffset: offset }),
  fc.record({
    type: fc.constant('size' as const),
    size,
    isController: fc.boolean(),
    controller: text,
  }),
  fc.record({ type: fc.constant('title' as const), title: text }),
  fc.record({ type: fc.constant('bell' as const) }),
  fc.record({ type: fc.constant('notice' as const), text }),
  fc.record({
    type: fc.constant('exited' as const),
    code: ended,
    signal: ended,
    isLost: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('closing' as const),
    reason: fc.constantFrom(
      ...(['draining', 'revoked', 'replaced', 'too_slow', 'removed'] as const),
      ...(['worker_gone', 'malformed', 'resumed'] as const),
    ),
    retryMs: u32,
  }),
);

/**
 * Random bytes rarely begin like a frame; these do, and then go wrong. Of those that only begin like
 * one, one of 6,000 decodes, so that good frames with a byte changed, cut off or added belong here too.
 */
function almostFrames(
  types: readonly number[],
  good: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 64 }))
      .map(([type, rest]) => Uint8Array.of(type, ...rest)),
    fc
      .tuple(good, fc.nat(), fc.nat(0xff))
      .map(([frame, at, byte]) => frame.with(at % frame.length, byte)),
    fc.tuple(good, fc.nat()).map(([frame, at]) => frame.slice(0, at % (frame.length + 1))),
    fc
      .tuple(good, fc.uint8Array({ maxLength: 8 }))
      .map(([frame, more]) => Uint8Array.of(...frame, ...more)),
  );
}

/** Bytes in the middle of a larger buffer, as they come from a socket. */
function inside(frame: Uint8Array): Uint8Array {
  const around = new Uint8Array(frame.length + 20).fill(0xee);
  around.set(frame, 7);
  return around.subarray(7, 7 + frame.length);
}

function expectView(frame: object, given: Uint8Array): void {
  if (!('bytes' in frame) || !(frame.bytes instanceof Uint8Array)) return;
  expect(frame.bytes.buffer).toBe(given.buffer);
  expect(frame.bytes.length).toBeLessThan(given.length);
}

describe('frames of a viewer', () => {
  test('decode to what was encoded', () => {
    fc.assert(
      fc.property(viewerFrame, (frame) => {
        expect(decodeViewerFrame(inside(encodeViewerFrame(frame)))).toEqual(frame);
      }),
    );
  });

  test('cut anywhere are malformed, or input with fewer bytes', () => {
    fc.assert(
      fc.property(viewerFrame, fc.nat(), (frame, seed) => {
        const whole = encodeViewerFrame(frame);
        const cut = decodeViewerFrame(whole.subarray(0, seed % whole.length));
        if (cut.type === 'malformed') return;
        expect(frame.type).toBe('input');
        expect(cut.type).toBe('input');
      }),
    );
  });

  test('of any bytes never throw, have one encoding each and copy nothing', () => {
    let decoded = 0;
    fc.assert(
      fc.property(almostFrames([1, 2, 3, 4], viewerFrame.map(encodeViewerFrame)), (given) => {
        const frame = decodeViewerFrame(given);
        expectView(frame, given);
        if (frame.type === 'malformed') return;
        decoded++;
        expect(encodeViewerFrame(frame)).toEqual(given);
      }),
      { numRuns: FUZZ_RUNS },
    );
    expect(decoded).toBeGreaterThan(FUZZ_RUNS / 10);
  });

  test('hold a full input and not a byte more', () => {
    const full = encodeViewerFrame({
      type: 'input',
      inputOffset: 0,
      bytes: new Uint8Array(INPUT_BYTES_MAX),
    });
    expect(decodeViewerFrame(full).type).toBe('input');
    expect(decodeViewerFrame(Uint8Array.of(...full, 0)).type).toBe('malformed');
    const over = new Uint8Array(INPUT_BYTES_MAX + 1);
    expect(() => encodeViewerFrame({ type: 'input', inputOffset: 0, bytes: over })).toThrow(
      /hang up/,
    );
  });
});

const TYPES = Object.values(WORKER_FRAME);

describe('frames of the worker', () => {
  test('decode to what was encoded', () => {
    fc.assert(
      fc.property(workerFrame, (frame) => {
        expect(decodeWorkerFrame(inside(encodeWorkerFrame(frame)))).toEqual(frame);
      }),
    );
  });

  test('cut anywhere are malformed, or the same frame with less in it', () => {
    const mayBeShort = new Set(['output', 'snapshot', 'size', 'title', 'notice']);
    fc.assert(
      fc.property(workerFrame, fc.nat(), (frame, seed) => {
        const whole = encodeWorkerFrame(frame);
        const cut = decodeWorkerFrame(whole.subarray(0, seed % whole.length));
        if (cut.type === 'malformed') return;
        expect(mayBeShort).toContain(frame.type);
        expect(cut.type).toBe(frame.type);
      }),
    );
  });

  test('of any bytes never throw, have one encoding each and copy no payload', () => {
    let decoded = 0;
    const texts = new Set(['size', 'title', 'notice']);
    fc.assert(
      fc.property(almostFrames(TYPES, workerFrame.map(encodeWorkerFrame)), (given) => {
        const frame = decodeWorkerFrame(given);
        expectView(frame, given);
        // Text that is not UTF-8 comes out with U+FFFD, which is another encoding.
        if (frame.type === 'malformed' || texts.has(frame.type)) return;
        decoded++;
        expect(encodeWorkerFrame(frame)).toEqual(given);
      }),
      { numRuns: FUZZ_RUNS },
    );
    expect(decoded).toBeGreaterThan(FUZZ_RUNS / 10);
  });

  test.each([
    { name: 'output', max: OUTPUT_BYTES_MAX, at: 9 },
    { name: 'snapshot', max: SNAPSHOT_CHUNK_BYTES_MAX, at: 18 },
  ] as const)('hold a full $name and not a byte more', ({ name, max, at }) => {
    const make = (length: number): WorkerFrame => {
      const payload = new Uint8Array(length);
      const common = { offset: 1, bytes: payload };
      if (name === 'output') return { type: name, ...common };
      const rest = { isFirst: true, isLast: true, scrollbackLines: 0 };
      return { type: name, ...common, ...rest, size: { cols: 80, rows: 24 } };
    };
    const full = encodeWorkerFrame(make(max));
    expect(full.length).toBe(at + max);
    expect(decodeWorkerFrame(full).type).toBe(name);
    const over = new Uint8Array(full.length + 1);
    over.set(full);
    expect(decodeWorkerFrame(over).type).toBe('malformed');
    expect(() => encodeWorkerFrame(make(max + 1))).toThrow(/hang up/);
  });

  test('with half of a surrogate pair in a text arrive with U+FFFD instead', () => {
    const frame = encodeWorkerFrame({ type: 'title', title: 'a\ud800b' });
    expect(decodeWorkerFrame(frame)).toEqual({ type: 'title', title: 'a\ufffdb' });
  });

  test('never carry a number other than the one that was given', () => {
    const exited = { type: 'exited', signal: null, isLost: false } as const;
    expect(() => encodeWorkerFrame({ ...exited, code: -1 })).toThrow(/read null/);
    const closing = { type: 'closing', reason: 'draining' } as const;
    for (const retryMs of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => encodeWorkerFrame({ ...closing, retryMs })).toThrow(/another number/);
    }
    for (const inputOffset of [-1, 0.5, 2 ** 53]) {
      expect(() => encodeWorkerFrame({ type: 'inputAck', inputOffset })).toThrow(/another number/);
    }
  });
});
