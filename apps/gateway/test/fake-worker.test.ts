/** Whoever sits at the worker's socket without the key is not taken for a worker. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { HANDSHAKE_FRAME_BYTES_MAX } from '@dashboard/protocol/limits';
import { systemClock } from '@dashboard/runtime/clock';
import { encodeLength } from '@dashboard/runtime/frame-parser';
import { FrameStream } from '@dashboard/runtime/frame-stream';
import { encodeJson } from '@dashboard/runtime/json-frames';
import { makeNonce } from '@dashboard/runtime/worker-proof';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test } from 'vitest';
import { openConnection } from '../src/workers/open-connection.ts';

const HELLO = { version: 1, release: 'fake', challenge: makeNonce() };

/** @param behave is given each connection as it comes */
async function knockAt(behave: (socket: Socket) => void): Promise<unknown> {
  const socketPath = join(await temporaryDirectory(), 'fake.sock');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    behave(socket);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = {
    socketPath,
    key: new Uint8Array(32).fill(7),
    release: 'test',
    clock: systemClock,
  };
  const silent = {
    frame: () => expect.unreachable('an impostor was heard'),
    closed: () => undefined,
  };
  return await openConnection(address, { for: 'requests' }, silent).catch(
    (error: unknown) => error,
  );
}

/** Says `hello`, and `then` once the gateway has proven itself. */
function saying(hello: unknown, then: unknown): (socket: Socket) => void {
  return (socket) => {
    const stream: FrameStream = new FrameStream(socket, HANDSHAKE_FRAME_BYTES_MAX, {
      frame: () => void stream.write(encodeJson(then)),
      closed: () => undefined,
    });
    stream.write(encodeJson(hello));
  };
}

test.each([
  ['that proves nothing', saying(HELLO, { proof: makeNonce() }), 'worker_unavailable'],
  ['that sends our own proof back', echo, 'worker_unavailable'],
  ['of another version', saying({ ...HELLO, version: 2 }, {}), 'unsupported_version'],
  ['that greets with something else', saying({ hello: 1 }, {}), 'invalid_request'],
  ['that welcomes with something else', saying(HELLO, { proof: 'x' }), 'invalid_request'],
  ['that refuses', saying(HELLO, { error: { code: 'forbidden', message: 'no' } }), 'forbidden'],
  [
    'that refuses with a code that is none',
    saying(HELLO, { error: { code: 'x', message: '' } }),
    'invalid_request',
  ],
  ['that says nothing', () => undefined, 'worker_unavailable'],
  ['that hangs up at once', (socket: Socket) => socket.destroy(), 'worker_unavailable'],
  [
    'that sends too much',
    (socket: Socket) => void socket.write(encodeLength(2 ** 31)),
    'too_large',
  ],
])('a worker %s is refused', async (_which, behave, code) => {
  expect(await knockAt(behave)).toMatchObject({ name: 'DashboardError', code });
});

function echo(socket: Socket): void {
  const stream: FrameStream = new FrameStream(socket, HANDSHAKE_FRAME_BYTES_MAX, {
    frame: (bytes) => {
      const { proof } = JSON.parse(Buffer.from(bytes).toString()) as { proof: string };
      stream.write(encodeJson({ proof }));
    },
    closed: () => undefined,
  });
  stream.write(encodeJson(HELLO));
}
