/** Frames over real sockets: in order, with backpressure felt by both sides. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { FrameStream, WRITE_HIGH_WATER_BYTES } from './frame-stream.ts';

const FRAME_BYTES_MAX = 256 * 1024;

async function socketPair(): Promise<[Socket, Socket]> {
  const path = join(await temporaryDirectory(), 'socket');
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const near = connect(path);
  const [far] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    near.destroy();
    far.destroy();
    server.close();
  });
  return [near, far];
}

const nobody = { frame: () => undefined, closed: () => undefined };

test('frames arrive whole and in order, parts put together', async () => {
  const [near, far] = await socketPair();
  const received: string[] = [];
  const reader = {
    ...nobody,
    frame: (bytes: Uint8Array) => received.push(String(Buffer.from(bytes))),
  };
  new FrameStream(far, FRAME_BYTES_MAX, reader);
  const writer = new FrameStream(near, FRAME_BYTES_MAX, nobody);
  writer.write(Buffer.from('one'));
  writer.write(Buffer.from('tw'), Buffer.from('o'));
  writer.write();
  await until(() => received.length === 3, { what: 'three frames have come' });
  expect(received).toEqual(['one', 'two', '']);
});

test('a reader that pauses gets no frame, not even one that has arrived already', async () => {
  const [near, far] = await socketPair();
  const received: number[] = [];
  const reader = new FrameStream(far, FRAME_BYTES_MAX, {
    ...nobody,
    frame(bytes) {
      received.push(bytes[0] ?? -1);
      reader.pause();
    },
  });
  const writer = new FrameStream(near, FRAME_BYTES_MAX, nobody);
  for (let number = 0; number < 3; number++) writer.write(Uint8Array.of(number));
  await until(() => received.length === 1, { what: 'the first frame has come' });
  expect(received).toEqual([0]);
  reader.resume();
  expect(received).toEqual([0, 1]);
  reader.resume();
  expect(received).toEqual([0, 1, 2]);
});

test('a writer is told to wait while the other side does not read, and when to go on', async () => {
  const [near, far] = await socketPair();
  let bytes = 0;
  const reader = new FrameStream(far, FRAME_BYTES_MAX, {
    ...nobody,
    frame: (frame) => (bytes += frame.length),
  });
  reader.pause();
  let drains = 0;
  const writer = new FrameStream(near, FRAME_BYTES_MAX, { ...nobody, drain: () => drains++ });
  const frame = new Uint8Array(64 * 1024);
  let sent = 0;
  do sent += frame.length;
  while (writer.write(frame));
  expect(writer.bufferedBytes).toBeGreaterThanOrEqual(WRITE_HIGH_WATER_BYTES);
  reader.resume();
  await until(() => drains > 0 && bytes === sent, { what: 'all has been read' });
  expect(writer.bufferedBytes).toBe(0);
});

test('a frame over the limit ends the connection and says why', async () => {
  const [near, far] = await socketPair();
  let why: Error | undefined;
  new FrameStream(far, 10, { ...nobody, closed: (error) => (why = error) });
  new FrameStream(near, FRAME_BYTES_MAX, nobody).write(new Uint8Array(11));
  await until(() => why, { what: 'the connection is closed' });
  expect(why).toMatchObject({ code: 'too_large' });
});

test('after a handover the next frame goes to the new listener', async () => {
  const [near, far] = await socketPair();
  const seen: string[] = [];
  const reader = new FrameStream(far, 16, {
    ...nobody,
    frame(bytes) {
      seen.push(`old ${bytes.length}`);
      reader.handOver({ ...nobody, frame: (next) => seen.push(`new ${next.length}`) }, 1024);
    },
  });
  const writer = new FrameStream(near, FRAME_BYTES_MAX, nobody);
  writer.write(new Uint8Array(1));
  writer.write(new Uint8Array(999));
  await until(() => seen.length === 2, { what: 'both frames have come' });
  expect(seen).toEqual(['old 1', 'new 999']);
});

test('end() sends what was written before it hangs up', async () => {
  const [near, far] = await socketPair();
  let bytes = 0;
  let isClosed = false;
  new FrameStream(far, FRAME_BYTES_MAX, {
    frame: (frame) => (bytes += frame.length),
    closed: () => (isClosed = true),
  });
  const writer = new FrameStream(near, FRAME_BYTES_MAX, nobody);
  for (let frame = 0; frame < 20; frame++) writer.write(new Uint8Array(100_000));
  writer.end();
  await until(() => isClosed, { what: 'the other side has hung up' });
  expect(bytes).toBe(2_000_000);
});
