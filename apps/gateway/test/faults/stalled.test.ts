/** Viewers that do not keep up, under a flood: nobody else notices, and no memory is taken for them. */
import { MiB } from '@dashboard/protocol/limits';
import type { SessionId } from '@dashboard/protocol/ids';
import { numberedLinesCommand } from '@dashboard/testkit/numbered-lines';
import { COLLECT_GARBAGE, memoryBytes } from '@dashboard/testkit/process-figures';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { countFrom, delayOf, keepFigures, UNLIMITED } from './faults.ts';

const SECONDS = countFrom('STALL_SECONDS', 8);
/** Printed before memory is looked at, so that every buffer and pool is there. */
const WARM_UP_BYTES = countFrom('STALL_WARM_UP_MIB', 20) * MiB;
/** Beside other tests a few seconds say little: memory is judged where a run was asked to measure. */
const IS_MEASURED = process.env['STALL_SECONDS'] !== undefined;
/** A quick run has time for one, and this is the one that cannot hold a program up. */
const ENGINES = SECONDS < 60 ? (['tmux'] as const) : (['tmux', 'pty'] as const);
/** In a minute a drift shows; a few seconds are as long as one wave of the buffers. */
const FLAT_MIB = SECONDS < 60 ? 16 : 8;
/** Each look comes and goes as a viewer, of which both daemons keep the newest 2000 events. */
const LOOK_EVERY_MS = 200;
/** Heard by the gateway for the last time, 10 s of patience, a busy machine. */
const CUT_BEFORE_MS = 40_000;
/** More than could be printed meanwhile. */
const FLOOD = numberedLinesCommand({ count: 100_000_000, bytesPerSecond: 0 });
/**
 * What is held is measured, not what allocators keep for later: V8 lets garbage lie until there is
 * much of it, and glibc keeps what one thread allocated and another freed.
 */
const KEEP_NOTHING = {
  NODE_OPTIONS: `--import=${COLLECT_GARBAGE}`,
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '32768',
};

interface Look {
  readonly worker: number;
  readonly gateway: number;
  readonly viewers: number;
  readonly echoMs: number;
}

test.each(ENGINES)(
  '%s: others see no gap, who never reads is cut off, and memory stays flat',
  { timeout: 180_000 + SECONDS * 2_000 },
  async (engine) => {
    const stack = await startStack({
      engine,
      workerEnv: KEEP_NOTHING,
      gatewayEnv: { ...UNLIMITED, ...KEEP_NOTHING },
    });
    const { owner, projects } = stack;
    const { id } = await owner.startSession({ directory: projects });
    const watch = async (): Promise<TerminalClient> => {
      const viewer = new TerminalClient(owner, id);
      viewer.keepsFrames = false;
      return await viewer.attach();
    };
    const [usual, silent, deaf] = [await watch(), await watch(), await watch()];
    silent.acks = false;
    usual.type(FLOOD);
    const echo = await startEcho(stack);
    const look = async (): Promise<Look> => {
      await vanish(owner, id);
      const echoMs = await echo();
      await delayOf(LOOK_EVERY_MS);
      return { echoMs, ...memoryOf(stack), viewers: await viewersOf(owner, id) };
    };
    await until(async () => (await look()) && usual.offset > WARM_UP_BYTES, {
      what: 'it is warm',
      timeoutMs: 120_000,
    });

    deaf.socket?.pause();
    const pausedAtMs = performance.now();
    const looks: Look[] = [];
    let cutAfterMs: number | undefined;
    for (let ms = 0; ms < SECONDS * 1000 || cutAfterMs === undefined;) {
      looks.push(await look());
      ms = performance.now() - pausedAtMs;
      if (looks.at(-1)?.viewers === 2) cutAfterMs ??= Math.round(ms);
      expect(cutAfterMs ?? ms, 'who reads nothing is cut off in time').toBeLessThan(CUT_BEFORE_MS);
    }
    const figures = {
      ...{ SECONDS, looks: looks.length, cutAfterMs, bytes: usual.offset, resyncs: usual.resyncs },
      ...{ worker: drift(looks, 'worker') },
      ...{ gateway: drift(looks, 'gateway'), echoMs: spread(looks.map(({ echoMs }) => echoMs)) },
    };
    keepFigures(`stalled, ${engine}`, figures);
    expect({ gaps: usual.gaps, closeCode: usual.closeCode }).toEqual({ gaps: 0 });
    expect(silent.closeCode, 'who reads and acknowledges nothing stays').toBeUndefined();
    if (!IS_MEASURED) return;
    expect(figures.worker.driftMiB).toBeLessThan(FLAT_MIB);
    expect(figures.gateway.driftMiB).toBeLessThan(FLAT_MIB);
  },
);

/** From the first quarter of the looks to the last; one look may meet garbage that is to be collected. */
function drift(
  looks: readonly Look[],
  of: 'worker' | 'gateway',
): { driftMiB: number; fromMiB: number; toMiB: number; maxMiB: number } {
  const memory = looks.map((look) => look[of] / MiB);
  const quarter = Math.ceil(memory.length / 4);
  const from = spread(memory.slice(0, quarter)).p50;
  const to = spread(memory.slice(-quarter)).p50;
  return { driftMiB: to - from, fromMiB: from, toMiB: to, maxMiB: spread(memory).max };
}

function spread(values: readonly number[]): { p50: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: sorted[sorted.length >> 1] ?? 0, max: sorted.at(-1) ?? 0 };
}

/** Comes, has something sent to it, and is gone without a word. */
async function vanish(owner: Stack['owner'], id: SessionId): Promise<void> {
  const viewer = new TerminalClient(owner, id);
  await viewer.attach();
  await until(() => viewer.offset > 0, { what: 'it is sent something' });
  viewer.close();
}

/** @returns a function that types a key in another session and says how long its echo took */
async function startEcho({ owner, projects }: Stack): Promise<() => Promise<number>> {
  const { id } = await owner.startSession({ directory: projects });
  const viewer = await new TerminalClient(owner, id).attach();
  viewer.type('exec cat\r');
  await viewer.waitForText('exec cat\r\n');
  let number = 0;
  return async () => {
    const word = `key${number++}.`;
    const typedAtMs = performance.now();
    viewer.type(word);
    await viewer.waitForText(word);
    return Math.round(performance.now() - typedAtMs);
  };
}

function memoryOf({ worker, gateway }: Stack): Pick<Look, 'worker' | 'gateway'> {
  return { worker: memoryBytes(worker.pid), gateway: memoryBytes(gateway.pid) };
}

async function viewersOf(owner: Stack['owner'], id: SessionId): Promise<number> {
  return (await owner.session(id)).viewers;
}
