/**
 * Strangers and viewers who flood: garbage and tiny pieces on the gateway's port, in terminal sockets
 * and on the worker's socket. Whoever does it is cut off; others notice nothing, and nothing is kept.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { COLLECT_GARBAGE, memoryBytes } from '@dashboard/testkit/process-figures';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { expect, test } from 'vitest';
import { OPCODE, rawFrame } from '../websocket-frames.ts';
import { rawSocketOf } from './crowd.ts';
import { countFrom, delayOf, IS_LONG, keepFigures, percentile, UNLIMITED } from './faults.ts';
import { withSeed, type Random } from './random.ts';

const SECONDS = countFrom('GARBAGE_SECONDS', IS_LONG ? 60 : 3);
const FLOODERS = 8;
const MiB = 1024 * 1024;
/** Garbage that was not collected yet, and what compilers keep of code that runs for the first time. */
const FLAT_MIB = 16;
const KEEP_NOTHING = { NODE_OPTIONS: `--import=${COLLECT_GARBAGE}`, MALLOC_ARENA_MAX: '1' };

type Flood = (stack: Stack, random: Random) => Promise<number | undefined>;

const FLOODS: Readonly<Record<string, Flood>> = {
  'bytes that are no HTTP': async ({ url }, random) => {
    await pour(connectTo(url), () => noise(random, 16_384));
    return undefined;
  },
  'a header that never ends': async ({ url }, random) => {
    const socket = connectTo(url);
    socket.write('GET /api/me HTTP/1.1\r\n');
    await pour(socket, () => Buffer.from(`x-${random.fraction()}: ${'a'.repeat(900)}\r\n`));
    return undefined;
  },
  'noise at the door of the worker': async ({ directory }, random) => {
    await pour(connect(join(directory, 'run/worker.sock')), () => noise(random, 16_384));
    return undefined;
  },
  'a greeting in single bytes': async ({ directory }) => {
    const socket = connect(join(directory, 'run/worker.sock'));
    socket.write(Buffer.from([0, 0, 0x3f, 0xff]));
    await pour(socket, () => Uint8Array.of(0x20));
    return undefined;
  },
  'fragments without an end': async (stack) => {
    const begin = rawFrame({ opcode: OPCODE.binary, isFinal: false, payload: Uint8Array.of(1) });
    const piece = rawFrame({ opcode: 0, isFinal: false, payload: Uint8Array.of(0) });
    const pieces = Buffer.concat(Array.from({ length: 500 }, () => piece));
    return await floodTerminal(stack, begin, () => pieces);
  },
  'noise in a terminal socket': async (stack, random) =>
    await floodTerminal(stack, noise(random, 64), () => noise(random, 4_096)),
};

let flooded: TerminalClient['session'];

test(
  'floods of garbage cost only those who send them',
  async () => {
    await withSeed(async (random) => {
      const env = IS_LONG ? KEEP_NOTHING : {};
      const gatewayEnv = { ...UNLIMITED, ...env };
      const stack = await startStack({ engine: 'tmux', workerEnv: env, gatewayEnv });
      const { owner, projects } = stack;
      ({ id: flooded } = await owner.startSession({ directory: projects }));
      const { id } = await owner.startSession({ directory: projects });
      const viewer = await new TerminalClient(owner, id).attach();
      viewer.type('echo re""ady; exec cat\r');
      await viewer.waitForText('ready\r\n');
      const begunAtMs = performance.now();
      const isOver = (): boolean => performance.now() - begunAtMs > SECONDS * 1000;
      const counts: Record<string, number> = {};
      const codes = new Set<number | undefined>();
      const repeat = async ([name, flood]: [string, Flood]): Promise<void> => {
        while (!isOver()) {
          codes.add(await flood(stack, random));
          counts[name] = (counts[name] ?? 0) + 1;
        }
      };
      const entries = Object.entries(FLOODS);
      const floods = Array.from(
        { length: FLOODERS },
        (_each, place) => entries[place % entries.length],
      );
      const flooding = Promise.all(floods.map(async (each) => each && (await repeat(each))));
      const looks = await watch(stack, viewer, isOver);
      await flooding;

      keepFigures('garbage', { SECONDS, counts, codes: [...codes], ...looks });
      expect([...codes]).toEqual(expect.arrayContaining([1002, 1008]));
      codes.delete(undefined); // a stranger's connection has no code
      codes.delete(1006); // what was written after the end has reset the connection
      expect(codes.size).toBe(2);
      expect(viewer).toMatchObject({ gaps: 0, closeCode: undefined });
      expect(stack.gateway.stderr + stack.worker.stderr).toBe('');
      if (!IS_LONG) return;
      expect(looks.workerDriftMiB).toBeLessThan(FLAT_MIB);
      expect(looks.gatewayDriftMiB).toBeLessThan(FLAT_MIB);
    });
  },
  60_000 + SECONDS * 2_000,
);

/** Somebody works meanwhile. Memory is that of the last quarter against that of the second. */
async function watch(
  { worker, gateway }: Stack,
  viewer: TerminalClient,
  isOver: () => boolean,
): Promise<Record<'echoP50Ms' | 'echoMaxMs' | 'workerDriftMiB' | 'gatewayDriftMiB', number>> {
  const looks: { echoMs: number; worker: number; gateway: number }[] = [];
  while (!isOver()) {
    const word = `word${looks.length}.`;
    const typedAtMs = performance.now();
    viewer.type(word);
    await viewer.waitForText(word);
    const echoMs = Math.round(performance.now() - typedAtMs);
    looks.push({ echoMs, worker: memoryBytes(worker.pid), gateway: memoryBytes(gateway.pid) });
    await delayOf(100);
  }
  const quarter = Math.ceil(looks.length / 4);
  const drift = (of: 'worker' | 'gateway'): number => {
    const memory = looks.map((look) => look[of]);
    const from = percentile(memory.slice(quarter, 2 * quarter), 0.5);
    return (percentile(memory.slice(-quarter), 0.5) - from) / MiB;
  };
  const echoes = looks.map(({ echoMs }) => echoMs);
  return {
    echoP50Ms: percentile(echoes, 0.5),
    echoMaxMs: percentile(echoes, 1),
    workerDriftMiB: drift('worker'),
    gatewayDriftMiB: drift('gateway'),
  };
}

/** @returns the code with which it was cut off */
async function floodTerminal(
  { owner }: Stack,
  first: Uint8Array,
  more: () => Uint8Array,
): Promise<number | undefined> {
  const viewer = await new TerminalClient(owner, flooded).attach();
  const socket = rawSocketOf(viewer);
  socket?.write(first);
  while (viewer.closeCode === undefined && socket?.destroyed === false) {
    socket.write(more());
    await delayOf(1);
  }
  return await viewer.waitForClose();
}

function connectTo(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** Until the other side hangs up. */
async function pour(socket: Socket, more: () => Uint8Array): Promise<void> {
  socket.on('error', () => undefined);
  socket.resume();
  const closed = once(socket, 'close').catch(() => undefined);
  while (!socket.destroyed && !socket.readableEnded) {
    if (!socket.write(more()))
      await Promise.race([once(socket, 'drain'), closed]).catch(() => undefined);
    await delayOf(1);
  }
  socket.destroy();
  await closed;
}

function noise(random: Random, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at++) buffer[at] = random.fraction() * 256;
  // Not by chance something that is right: 0xff is no beginning of anything.
  buffer[0] = 0xff;
  return buffer;
}
