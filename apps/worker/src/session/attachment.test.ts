/** What a viewer is sent makes up the whole output, or a snapshot and the rest; never a gap. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { CREDIT_BYTES, SNAPSHOT_CHUNK_BYTES_MAX } from '@dashboard/protocol/limits';
import { parseUserId, parseViewerId } from '@dashboard/protocol/ids';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Attachment, type AttachmentHost } from './attachment.ts';
import { LAG_BYTES_MAX, LAG_GRACE_MS, LOG_WATCHED_BYTES, RESYNC_EVERY_MS } from './limits.ts';
import { OutputLog } from './output-log.ts';
import type { Snapshot } from './ports.ts';

const KiB = 1024;
const by = {
  userId: parseUserId('00000000-0000-4000-8000-000000000001'),
  name: 'ann',
  role: 'operator',
} as const;
const viewer = parseViewerId('00000000-0000-4000-8000-000000000002');
const size = { cols: 80, rows: 24 };

/** A viewer at the other end of the wire: it believes what it is sent, and checks that it follows on. */
class Reader {
  readonly frames: WorkerFrame[] = [];
  offset = 0;
  skipped = 0;
  snapshots = 0;
  isFull = false;

  receive(frame: WorkerFrame): boolean {
    this.frames.push(frame);
    if (frame.type === 'output') {
      expect(frame.offset).toBe(this.offset);
      this.offset += frame.bytes.length;
    }
    if (frame.type === 'snapshot' && frame.isLast) {
      this.snapshots++;
      this.skipped += frame.offset - this.offset;
      this.offset = frame.offset;
    }
    return !this.isFull;
  }
}

function setUp(snapshotBytes = 100): {
  clock: ManualClock;
  log: OutputLog;
  reader: Reader;
  attachment: Attachment;
  print: (bytes: number) => void;
} {
  const clock = new ManualClock();
  const log = new OutputLog();
  const reader = new Reader();
  const host: AttachmentHost = {
    log,
    clock,
    snapshot: async (): Promise<Snapshot> => {
      await Promise.resolve();
      const bytes = new Uint8Array(snapshotBytes);
      return { offset: log.end, size, scrollbackLines: 0, bytes };
    },
    resynced: () => undefined,
  };
  const sink = { send: (frame: WorkerFrame) => reader.receive(frame), close: () => undefined };
  const attachment = new Attachment({ viewer, by, mayType: true, sink, host });
  const print = (bytes: number): void => {
    log.append(new Uint8Array(bytes));
    log.keep(LOG_WATCHED_BYTES);
    attachment.pump();
  };
  return { clock, log, reader, attachment, print };
}

/** Lets promises of the attachment go on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

test('output is sent at once while credit lasts, and no further', () => {
  const { reader, attachment, print } = setUp();
  attachment.start(0);
  print(100);
  expect(reader.offset).toBe(100);
  print(CREDIT_BYTES * 2);
  expect(reader.offset).toBeGreaterThanOrEqual(CREDIT_BYTES);
  expect(reader.offset).toBeLessThan(CREDIT_BYTES + 64 * KiB);
  const before = reader.offset;
  expect(attachment.ack(before)).toBe(true);
  expect(reader.offset).toBeGreaterThan(before);
});

test('an acknowledgement of what was never sent is refused', () => {
  const { attachment, print } = setUp();
  attachment.start(0);
  print(10);
  expect(attachment.ack(11)).toBe(false);
});

test('a viewer without a place is drawn from a snapshot, cut into frames', async () => {
  const { reader, attachment } = setUp(SNAPSHOT_CHUNK_BYTES_MAX * 2 + 1);
  attachment.start(undefined);
  await settled();
  const chunks = reader.frames.filter((frame) => frame.type === 'snapshot');
  expect(chunks.map(({ isFirst, isLast }) => [isFirst, isLast])).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
});

test('a viewer that lags for long is redrawn, but not before it has parsed what it has', async () => {
  const { clock, reader, attachment, print } = setUp();
  attachment.start(0);
  print(LAG_BYTES_MAX + 2 * CREDIT_BYTES);
  clock.advance(LAG_GRACE_MS);
  print(1);
  await settled();
  expect(reader.snapshots).toBe(0); // it owes acknowledgements
  attachment.ack(reader.offset);
  await settled();
  expect(reader.snapshots).toBe(1);
  expect(reader.skipped).toBeGreaterThan(LAG_BYTES_MAX / 2);
});

test('a viewer that lags for a moment only is sent everything', async () => {
  const { clock, log, reader, attachment, print } = setUp();
  attachment.start(0);
  print(LAG_BYTES_MAX + 2 * CREDIT_BYTES);
  clock.advance(LAG_GRACE_MS - 1);
  while (reader.offset < log.end) attachment.ack(reader.offset);
  await settled();
  expect(reader.snapshots).toBe(0);
});

test('redraws of one viewer are apart', async () => {
  const { clock, log, reader, attachment } = setUp();
  attachment.start(undefined);
  await settled();
  attachment.ack(reader.offset);
  log.tear();
  attachment.pump();
  await settled();
  expect(reader.snapshots).toBe(1);
  clock.advance(RESYNC_EVERY_MS);
  await settled();
  expect(reader.snapshots).toBe(2);
});

test('nothing is sent into a full connection, and all of it once it drains', () => {
  const { reader, attachment, print } = setUp();
  attachment.start(0);
  reader.isFull = true;
  print(10);
  print(10);
  expect(reader.offset).toBe(10);
  reader.isFull = false;
  attachment.writable();
  expect(reader.offset).toBe(20);
});

test('the end is told after the last byte, once', () => {
  const { reader, attachment, print } = setUp();
  attachment.start(0);
  print(CREDIT_BYTES * 2);
  attachment.finish({ type: 'exited', code: 0, signal: null, isLost: false });
  expect(reader.frames.at(-1)?.type).toBe('output');
  while (reader.frames.at(-1)?.type === 'output') attachment.ack(reader.offset);
  attachment.pump();
  expect(reader.frames.filter((frame) => frame.type === 'exited')).toHaveLength(1);
  expect(reader.frames.at(-1)?.type).toBe('exited');
});

test('whatever happens in whatever order, the viewer ends up with all of it and never sees a gap', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('print' as const), bytes: fc.nat({ max: 700 * KiB }) }),
    fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 400 }) }),
    fc.constantFrom(
      { do: 'ack' as const },
      { do: 'fill' as const },
      { do: 'drain' as const },
      { do: 'tear' as const },
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { clock, log, reader, attachment, print } = setUp();
      attachment.start(0);
      for (const one of steps) {
        if (one.do === 'print') print(one.bytes);
        if (one.do === 'wait') clock.advance(one.ms);
        if (one.do === 'ack') expect(attachment.ack(reader.offset)).toBe(true);
        if (one.do === 'tear') {
          log.tear();
          attachment.pump();
        }
        if (one.do === 'fill') reader.isFull = true;
        if (one.do === 'drain') {
          reader.isFull = false;
          attachment.writable();
        }
        await settled();
      }
      reader.isFull = false;
      attachment.writable();
      for (let turn = 0; turn < 60 && reader.offset < log.end; turn++) {
        attachment.ack(reader.offset);
        clock.advance(RESYNC_EVERY_MS);
        await settled();
      }
      expect(reader.offset).toBe(log.end);
    }),
    { numRuns: 60 },
  );
});
