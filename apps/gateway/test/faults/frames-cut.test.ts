/**
 * Frames are cut at every byte on the real sockets: all that gateway and worker say to each other
 * comes a few bytes at a time, and what a browser says is cut and fragmented at every place there is.
 */
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { encodeViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import { systemClock } from '@dashboard/runtime/clock';
import { startStack } from '@dashboard/testkit/stack';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { expect, onTestFinished, test } from 'vitest';
import { OPCODE, rawFrame } from '../websocket-frames.ts';
import { Crowd, rawSocketOf } from './crowd.ts';
import { delayOf, keepFigures, listed, UNLIMITED, untilExited } from './faults.ts';
import { Load } from './load.ts';

/** What both daemons and the cutter keep up with. */
const BYTES_PER_SECOND = 1_000;
const PIECE_BYTES_MAX = 4;
const PRINTED_MS = 2_000;

test('what gateway and worker say comes in pieces of a few bytes, and nothing is lost of it', async () => {
  const cutter = await Cutter.listen();
  const gatewayEnv = { ...UNLIMITED, WORKER_SOCKET: cutter.path };
  const stack = await startStack({ engine: 'pty', gatewayEnv });
  cutter.target = join(stack.directory, 'run/worker.sock');
  await listed(stack);
  const load = await Load.prepare(stack, BYTES_PER_SECOND);
  const crowd = await Crowd.gather(stack, load.session, { withScreens: false });
  await load.begin();
  await delayOf(PRINTED_MS);
  load.end();
  for (const { viewer } of crowd.all) {
    expect(await untilExited(viewer, 60_000)).toMatchObject({ code: 0 });
    expect(viewer).toMatchObject({ gaps: 0, reconnects: 0, resyncs: 1 });
  }
  expect(crowd.oracle.wrong(load.count)).toEqual([]);
  const hashes = new Set(crowd.all.map(({ hash }) => hash()));
  expect(hashes.size, 'all have seen the same').toBe(1);
  keepFigures('frames cut', { pieces: cutter.pieces, lines: load.count });
}, 120_000);

test('what a browser sends arrives once, wherever it is cut', async () => {
  const { owner, projects } = await startStack({ engine: 'pty', gatewayEnv: UNLIMITED });
  const { id } = await owner.startSession({ directory: projects });
  const viewer = await new TerminalClient(owner, id).attach();
  viewer.type('stty raw -echo; echo re""ady; exec cat\r');
  await viewer.waitForText('ready');
  await expect.poll(() => viewer.unackedBytes).toBe(0);
  const socket = rawSocketOf(viewer);
  if (socket === undefined) throw new Error('there is no socket');
  let inputOffset = (await viewer.waitForFrame('inputAck')).inputOffset;
  for (const frame of viewer.frames) if (frame.type === 'inputAck') ({ inputOffset } = frame);

  viewer.acks = false; // or one is written between the two halves of a frame

  let typed = '';
  const next = (): Uint8Array => {
    const word = `<${typed.length}>`;
    typed += word;
    const payload = encodeViewerFrame({ type: 'input', inputOffset, bytes: Buffer.from(word) });
    inputOffset += word.length;
    return payload;
  };
  const length = rawFrame({ opcode: OPCODE.binary, payload: next() }).length;
  typed = '';
  inputOffset -= 3;
  for (let cut = 1; cut < length; cut++) {
    const whole = rawFrame({ opcode: OPCODE.binary, payload: next() });
    await inTwo(socket, [whole.subarray(0, cut), whole.subarray(cut)]);
    const payload = next();
    const parts = [payload.subarray(0, cut), payload.subarray(cut)];
    const ping = rawFrame({ opcode: OPCODE.ping });
    const [begin, end] = parts.map((part, place) =>
      rawFrame({ opcode: place === 0 ? OPCODE.binary : 0, isFinal: place === 1, payload: part }),
    );
    await inTwo(socket, [begin ?? ping, Buffer.concat([ping, end ?? ping])]);
  }
  await viewer.waitForText(`<${typed.lastIndexOf('<')}>`);
  expect(viewer.text.slice(viewer.text.indexOf('<0>'))).toBe(typed);
  expect(viewer).toMatchObject({ gaps: 0, closeCode: undefined });
});

async function inTwo(socket: Socket, parts: readonly Uint8Array[]): Promise<void> {
  for (const part of parts) {
    socket.write(part);
    await nextTurn();
  }
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => systemClock.soon(resolve));
}

/** Stands between gateway and worker and passes everything on in pieces of one to four bytes. */
class Cutter {
  readonly path: string;
  /** Unknown at first: whoever comes before that is sent away. */
  target: string | undefined;
  pieces = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async listen(): Promise<Cutter> {
    const cutter = new Cutter(join(await temporaryDirectory(), 'cut.sock'));
    const open = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (near) => {
      if (cutter.target === undefined) return void near.destroy();
      const far = connect({ path: cutter.target, allowHalfOpen: true });
      for (const socket of [near, far]) {
        open.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => open.delete(socket));
      }
      void cutter.#pass(near, far);
      void cutter.#pass(far, near);
    });
    server.listen(cutter.path);
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      for (const socket of open) socket.destroy();
    });
    return cutter;
  }

  async #pass(from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) {
        const bytes = chunk as Buffer;
        for (let at = 0; at < bytes.length; this.pieces++) {
          const piece = bytes.subarray(at, at + 1 + (this.pieces % PIECE_BYTES_MAX));
          to.write(piece);
          at += piece.length;
          await delayOf(1); // until it has been read: what waits in a socket is read together
        }
      }
      to.end();
    } catch {
      to.destroy(); // the other side is gone without a word
    }
  }
}
