/** What a gateway that has proven itself may still get wrong: each mistake has its answer and harms nobody. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FRAME_BYTES_MAX } from '@dashboard/protocol/limits';
import { encodeLength } from '@dashboard/runtime/frame-parser';
import { encodeJson } from '@dashboard/runtime/json-frames';
import { WORKER_FRAME } from '@dashboard/protocol/terminal/worker-frames';
import { until } from '@dashboard/testkit/until';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askerOf, type Json, type SocketPeer } from '../../test/socket-peer.ts';
import { startWorker, type TestWorker } from '../../test/start-worker.ts';

const REQUESTS = { for: 'requests' } as const;

const ANSWER = { id: randomUUID(), answer: { verdict: 'allow' } };

async function greeted(worker: TestWorker, purpose: unknown = REQUESTS): Promise<SocketPeer> {
  const peer = await worker.connect();
  expect(await peer.greet(purpose)).toHaveProperty('proof');
  return peer;
}

async function expectServing(worker: TestWorker): Promise<void> {
  const peer = await greeted(worker);
  expect(await peer.request({ method: 'health' })).toHaveProperty('result.pid', worker.daemon.pid);
  const errors = worker.daemon.entries.filter(({ level }) => level === 'error');
  expect(errors).toEqual([]);
  peer.socket.destroy();
}

async function createSession(peer: SocketPeer, worker: TestWorker): Promise<string> {
  const session = { name: 'x', profile: 'shell', directory: worker.projects };
  const { result } = await peer.request({ method: 'sessions.create', params: { session } });
  return String((result as Json)['id']);
}

function attachment(session: string, change: Json = {}): Json {
  const by = askerOf('operator');
  const wish = { viewer: randomUUID(), by, isViewOnly: false, requestId: 'test' };
  return { for: 'attachment', session, ...wish, ...change };
}

test('a request that is none of ours is answered with what is wrong', async () => {
  const worker = await startWorker();
  const peer = await greeted(worker);
  const id = await createSession(peer, worker);
  const wrong: (readonly [Parameters<SocketPeer['request']>[0], string])[] = [
    [{ method: 'sessions.explode' }, 'not_found'],
    [{ method: '__proto__' }, 'not_found'],
    [{ method: 'constructor' }, 'not_found'],
    [{ method: 'sessions.get', params: {} }, 'invalid_request'],
    [{ method: 'sessions.get', params: { id: '../../etc' } }, 'invalid_request'],
    [{ method: 'sessions.get', params: { id, more: 1 } }, 'invalid_request'],
    [{ method: 'sessions.get', params: null }, 'invalid_request'],
    [{ method: 'sessions.list', params: [] }, 'invalid_request'],
    [{ method: 'sessions.rename', params: { id, name: 'a\nb' } }, 'invalid_request'],
    [{ method: 'sessions.rename', params: { id, name: 'x' }, role: 'observer' }, 'forbidden'],
    [{ method: 'sessions.end', params: { id }, role: 'observer' }, 'forbidden'],
    [{ method: 'sessions.remove', params: { id }, role: 'observer' }, 'forbidden'],
    [{ method: 'sessions.create', params: {}, role: 'observer' }, 'forbidden'],
    [{ method: 'directories.list', role: 'observer' }, 'forbidden'],
    [{ method: 'approvals.answer', params: ANSWER, role: 'observer' }, 'forbidden'],
    [{ method: 'approvals.answer', params: ANSWER }, 'approval_not_found'],
    [{ method: 'approvals.answer', params: { ...ANSWER, answer: {} } }, 'invalid_request'],
    [{ method: 'directories.list', params: { path: '/etc' } }, 'directory_outside_roots'],
    [{ method: 'sessions.get', params: { id: '7ZZZZZZZZZZZZZZZZZZZZZZZZZ' } }, 'session_not_found'],
  ];
  for (const [wish, code] of wrong) {
    expect([wish, await peer.request(wish)]).toMatchObject([wish, { error: { code } }]);
  }
  expect(await peer.request({ method: 'sessions.get', params: { id } })).toHaveProperty(
    'result.id',
    id,
  );
});

test('a frame that is no request ends the connection, and only that one', async () => {
  const worker = await startWorker();
  const other = await greeted(worker);
  const broken: Json[] = [
    { id: 0 },
    { id: -1 },
    { id: 1.5 },
    { id: '1' },
    { by: undefined },
    { by: { ...askerOf('owner'), role: 'root' } },
    { by: { ...askerOf('owner'), name: '' } },
    { requestId: 'x'.repeat(65) },
    { method: 'x'.repeat(65) },
    { more: true },
  ];
  for (const change of broken) {
    const peer = await greeted(worker);
    const request = { id: 1, method: 'health', params: {}, by: askerOf('owner'), requestId: 'x' };
    peer.send({ ...request, ...change });
    await peer.waitForClose();
    expect(peer.frames).toHaveLength(2);
  }
  expect(await other.request({ method: 'health' })).toHaveProperty('result');
  await expectServing(worker);
});

test('the role of a viewer is looked at again, whatever the gateway let through', async () => {
  const worker = await startWorker();
  const requests = await greeted(worker);
  const session = await createSession(requests, worker);
  const input = Buffer.concat([Buffer.from([0x01]), Buffer.alloc(8), Buffer.from('FORBIDDEN\r')]);
  const watching = [{ by: askerOf('observer') }, { isViewOnly: true }];
  for (const change of watching) {
    for (const frame of [input, Buffer.from([0x04, 1])]) {
      const viewer = await greeted(worker, attachment(session, change));
      viewer.sendFrame(frame);
      await viewer.waitForClose();
      expect(viewer.frames.at(-1)?.[0]).toBe(WORKER_FRAME.closing);
    }
  }
  const viewer = await greeted(worker, attachment(session));
  viewer.sendFrame(
    Buffer.concat([Buffer.from([0x01]), Buffer.alloc(8), Buffer.from('echo a""b\r')]),
  );
  const seen = (): string => Buffer.concat(viewer.frames).toString('latin1');
  await until(() => seen().includes('ab\r\n'), { what: 'the echo' });
  expect(seen()).not.toContain('FORBIDDEN');
});

test('a gateway that does not read its answers is asked to wait, and costs no memory', async () => {
  const worker = await startWorker();
  const peer = await greeted(worker);
  peer.socket.pause();
  const request = { method: 'health', params: {}, by: askerOf('owner'), requestId: 'x' };
  const before = await residentBytes(worker.daemon.pid);
  let isFull = false;
  for (let id = 1; id <= 200_000 && !isFull; id++) {
    const bytes = encodeJson({ ...request, id });
    isFull = !peer.socket.write(Buffer.concat([encodeLength(bytes.length), bytes]));
    if (isFull) isFull = !(await drains(peer));
  }
  expect(isFull).toBe(true);
  expect((await residentBytes(worker.daemon.pid)) - before).toBeLessThan(64 * 1024 * 1024);
  await expectServing(worker);
  const answered = peer.frames.length;
  peer.socket.resume();
  await until(() => peer.frames.length > answered + 1_000, { what: 'the answers come' });
});

test('thousands of random frames, on connections of every kind, leave the worker as it was', async () => {
  const worker = await startWorker();
  const requests = await greeted(worker);
  const session = await createSession(requests, worker);
  const purposes = [undefined, REQUESTS, { for: 'events' }, attachment(session)];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .uint8Array({ minLength: 9, maxLength: 12 })
      .map((tail) => Uint8Array.from([1 + ((tail[0] ?? 0) % 4), ...tail])),
    fc.json().map((text) => new Uint8Array(Buffer.from(text))),
    fc
      .record({ id: fc.nat(), method: fc.string(), params: fc.jsonValue(), by: fc.jsonValue() })
      .map(encodeJson),
  );
  const bursts = fc.sample(fc.array(bytes, { minLength: 1, maxLength: 20 }), {
    numRuns: 600,
    seed: 7,
  });
  let sent = 0;
  for (const [place, burst] of bursts.entries()) {
    const purpose = purposes[place % purposes.length];
    const peer = purpose === undefined ? await worker.connect() : await greeted(worker, purpose);
    for (const frame of burst) {
      // Now and then below the frames: lengths that lie, halves of frames.
      if (place % 5 === 0) peer.sendRaw(frame);
      else peer.sendFrame(frame);
      sent++;
    }
    if (place % 3 === 0) peer.sendRaw(encodeLength(FRAME_BYTES_MAX * 64));
    peer.socket.end();
  }
  expect(sent).toBeGreaterThan(3_000);
  await expectServing(worker);
  const found = await requests.request({ method: 'sessions.get', params: { id: session } });
  expect(found).toMatchObject({ result: { phase: 'running', name: 'x' } });
  await until(
    async () => {
      const { result } = await requests.request({
        method: 'sessions.get',
        params: { id: session },
      });
      return (result as Json)['viewers'] === 0;
    },
    { what: 'no viewer is left' },
  );
});

test('a megabyte of noise is no frame', async () => {
  const worker = await startWorker();
  for (const purpose of [REQUESTS, { for: 'events' }]) {
    const peer = await greeted(worker, purpose);
    peer.sendRaw(Buffer.concat([Buffer.from([0xff]), randomBytes(1024 * 1024)]));
    await peer.waitForClose();
  }
  await expectServing(worker);
});

async function drains(peer: SocketPeer): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  peer.socket.once('drain', () => resolve(true));
  AbortSignal.timeout(1_500).addEventListener('abort', () => resolve(false));
  return await promise;
}

async function residentBytes(pid: number): Promise<number> {
  const [, pages] = (await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ');
  return Number(pages) * 4096;
}
