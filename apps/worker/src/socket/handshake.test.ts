/** S40: who is let in at the worker's socket: whoever proves the key, for what was signed, in a version we speak. */
import { randomBytes, randomUUID } from 'node:crypto';
import { HANDSHAKE_FRAME_BYTES_MAX, HANDSHAKE_TIMEOUT_MS } from '@dashboard/protocol/limits';
import { encodeLength } from '@dashboard/runtime/frame-parser';
import { makeNonce } from '@dashboard/runtime/worker-proof';
import { describe, expect, test } from 'vitest';
import type { SocketPeer } from '../../test/socket-peer.ts';
import { startWorker, type TestWorker } from '../../test/start-worker.ts';

const REQUESTS = { for: 'requests' } as const;

async function expectServing(worker: TestWorker): Promise<void> {
  const peer = await worker.connect();
  expect(await peer.greet(REQUESTS)).toHaveProperty('proof');
  expect(await peer.request({ method: 'health' })).toHaveProperty('result.pid', worker.daemon.pid);
}

async function expectRefused(peer: SocketPeer, code: string): Promise<{ message: string }> {
  const { error } = (await peer.nextJson()) as { error: { code: string; message: string } };
  expect(error.code).toBe(code);
  await peer.waitForClose();
  return error;
}

test('a peer that proves nothing is refused, in words, and nobody else notices', async () => {
  const worker = await startWorker();
  const honest = await worker.connect();
  await honest.greet(REQUESTS);

  const wrongKey = await worker.connect();
  wrongKey.send(await wrongKey.answerFor(REQUESTS, randomBytes(32)));
  await expectRefused(wrongKey, 'unauthenticated');

  const changed = await worker.connect();
  const events = await changed.answerFor({ for: 'events' });
  changed.send({ ...events, purpose: REQUESTS });
  await expectRefused(changed, 'unauthenticated');

  const first = await worker.connect();
  const proven = await first.answerFor(REQUESTS);
  first.send(proven);
  expect(await first.nextJson()).toHaveProperty('proof');
  const replay = await worker.connect();
  await replay.nextJson(); // another challenge
  replay.send(proven);
  await expectRefused(replay, 'unauthenticated');

  const mirror = await worker.connect();
  const answer = await mirror.answerFor(REQUESTS);
  mirror.send({ ...answer, proof: makeNonce() });
  await expectRefused(mirror, 'unauthenticated');

  expect(await honest.request({ method: 'health' })).toHaveProperty('result.pid');
  await expectServing(worker);
});

test('a version that is not spoken is refused with both versions named', async () => {
  const worker = await startWorker();
  const peer = await worker.connect();
  peer.send({ ...(await peer.answerFor(REQUESTS)), version: 99 });
  const { message } = await expectRefused(peer, 'unsupported_version');
  expect(message).toMatch(/\b99\b.*\b1\b/);
  await expectServing(worker);
});

test('a greeting that is none is refused', async () => {
  const worker = await startWorker();
  const greetings = {
    'no JSON': Buffer.from('GET / HTTP/1.1'),
    'no UTF-8': Buffer.from([0xff, 0xfe, 0x00]),
    nothing: Buffer.alloc(0),
    'a list': Buffer.from('[]'),
    null: Buffer.from('null'),
    'deep JSON': Buffer.from('['.repeat(8_000)),
    'half of it': Buffer.from('{"version":1,"release":"x"}'),
    'a version that is none': Buffer.from('{"version":"1"}'),
  };
  for (const bytes of Object.values(greetings)) {
    const peer = await worker.connect();
    await peer.nextJson();
    peer.sendFrame(bytes);
    await expectRefused(peer, 'invalid_request');
  }
  await expectServing(worker);
});

describe('a purpose', () => {
  const attachment = {
    for: 'attachment',
    session: '01HZZZZZZZZZZZZZZZZZZZZZZZ',
    viewer: randomUUID(),
    by: { userId: randomUUID(), name: 'x', role: 'owner' },
    isViewOnly: false,
    requestId: 'test',
  };
  test('that is proven and none is refused', async () => {
    const worker = await startWorker();
    const purposes: (readonly [unknown, string])[] = [
      [null, 'invalid_request'],
      [{}, 'invalid_request'],
      [{ for: 'shell' }, 'invalid_request'],
      [{ for: 'requests', more: 1 }, 'invalid_request'],
      [{ for: 'events', after: { epoch: -1, number: 0 } }, 'invalid_request'],
      [{ ...attachment, session: '../x' }, 'invalid_request'],
      [{ ...attachment, viewer: 'x' }, 'invalid_request'],
      [{ ...attachment, by: { ...attachment.by, role: 'root' } }, 'invalid_request'],
      [{ ...attachment, size: { cols: 0, rows: 0 } }, 'invalid_request'],
      [attachment, 'session_not_found'],
    ];
    for (const [purpose, code] of purposes) {
      const peer = await worker.connect();
      peer.send(await peer.answerFor(purpose));
      await expectRefused(peer, code);
    }
    await expectServing(worker);
  });
});

test('an oversized greeting ends the connection before it is read', async () => {
  const worker = await startWorker();
  for (const length of [HANDSHAKE_FRAME_BYTES_MAX + 1, 2 ** 31, 2 ** 32 - 1]) {
    const peer = await worker.connect();
    peer.sendRaw(encodeLength(length));
    peer.sendRaw(Buffer.alloc(64));
    await peer.waitForClose(1_000);
  }
  await expectServing(worker);
});

test('whoever says nothing, or not all, is cut off when the time for it is up', async () => {
  const worker = await startWorker();
  const silent = await worker.connect();
  const slow = await worker.connect();
  slow.sendRaw(encodeLength(100));
  const startedAt = performance.now();
  await silent.waitForClose(2 * HANDSHAKE_TIMEOUT_MS);
  await slow.waitForClose(HANDSHAKE_TIMEOUT_MS);
  expect(performance.now() - startedAt).toBeGreaterThan(HANDSHAKE_TIMEOUT_MS / 2);
  await expectServing(worker);
});

test('whoever was refused and does not hang up is not listened to, and cut off too', async () => {
  const worker = await startWorker();
  const peer = await worker.connect();
  peer.stayHalfOpen();
  const good = await peer.answerFor(REQUESTS);
  peer.send({ ...good, version: 99 });
  peer.send(good);
  expect(await peer.nextJson()).toMatchObject({ error: { code: 'unsupported_version' } });
  await peer.waitForCut(2 * HANDSHAKE_TIMEOUT_MS);
  expect(peer.frames).toHaveLength(2);
  await expectServing(worker);
});

test('strangers, however many, do not keep a gateway out', async () => {
  const worker = await startWorker();
  for (let round = 0; round < 3; round++) {
    const strangers = await Promise.all(Array.from({ length: 150 }, () => worker.connect()));
    await expectServing(worker);
    expect(strangers.filter(({ isClosed }) => !isClosed).length).toBeLessThanOrEqual(100);
  }
});

test('also not those who were refused and stay', async () => {
  const worker = await startWorker();
  const strangers = await Promise.all(Array.from({ length: 120 }, () => worker.connect()));
  for (const stranger of strangers) {
    stranger.stayHalfOpen();
    stranger.sendFrame(Buffer.from('x'));
  }
  await expectServing(worker);
  for (const stranger of strangers) await stranger.waitForCut(2 * HANDSHAKE_TIMEOUT_MS);
});

test('whoever does not hang up does not hold up the end of the worker', async () => {
  const worker = await startWorker();
  const peer = await worker.connect();
  await peer.greet(REQUESTS);
  peer.stayHalfOpen();
  const startedAt = performance.now();
  expect(await worker.daemon.kill('SIGTERM')).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
