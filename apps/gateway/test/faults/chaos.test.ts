/**
 * R1, R3, R4, R13: gateway, worker and tmux's control client are killed and the worker is stopped, in
 * any order and at any moment, while a program prints and viewers come, go, lag and vanish.
 */
import { expectedHash } from '@dashboard/testkit/numbered-lines';
import { startStack } from '@dashboard/testkit/stack';
import { expect, test } from 'vitest';
import { Chaos, type Fault } from './chaos.ts';
import { Crowd } from './crowd.ts';
import {
  BACK_WITHIN_MS,
  countFrom,
  expectEveryLineOnce,
  expectNoGap,
  IS_LONG,
  keepFigures,
  percentile,
  reached,
  UNLIMITED,
  untilExited,
  untilShown,
} from './faults.ts';
import { Load, PACED_BYTES_PER_SECOND } from './load.ts';
import { withSeed, type Random } from './random.ts';

const ROUNDS = countFrom('FAULT_ROUNDS', 3);
/** Against 8 of gateways. */
const CONTROL_WEIGHT = countFrom('FAULT_CONTROL', 1);
const ROUND_TIMEOUT_MS = 30_000;
const STOP_MS_MAX = IS_LONG ? 10_000 : 1_000;

const NO_FAULTS: Readonly<Record<Fault, number>> = {
  ...{ gateway: 0, worker: 0, both: 0, control: 0, stop: 0 },
};

test.each(['tmux', 'pty'] as const)(
  '%s: gateways are killed under paced output, and every viewer has every byte once',
  { timeout: 90_000 + ROUNDS * ROUND_TIMEOUT_MS },
  async (engine) => await withSeed(async (random) => await killGateways(engine, random)),
);

async function killGateways(engine: 'tmux' | 'pty', random: Random): Promise<void> {
  const stack = await startStack({ engine, gatewayEnv: UNLIMITED });
  const load = await Load.prepare(stack, PACED_BYTES_PER_SECOND);
  const crowd = await Crowd.gather(stack, load.session, { withScreens: false });
  const resyncs = crowd.steady.map(({ viewer }) => viewer.resyncs);
  await load.begin();
  const weights = { ...NO_FAULTS, gateway: 8, control: engine === 'tmux' ? CONTROL_WEIGHT : 0 };
  const chaos = new Chaos({ stack, crowd, random, weights, stopMsMax: 0 });
  for (let round = 0; round < ROUNDS; round++) await chaos.round();
  crowd.settle();
  load.end();
  for (const { viewer } of crowd.all) {
    expect(await untilExited(viewer, 60_000)).toMatchObject({ isLost: false, code: 0 });
  }

  const { count } = load;
  const figures = figuresOf(chaos, crowd);
  keepFigures(`chaos, gateways, paced, ${engine}`, { ROUNDS, ...figures, lines: count });
  expect(crowd.oracle.wrong(count)).toEqual([]);
  expect(crowd.all.map(({ viewer }) => viewer.gaps)).toEqual(crowd.all.map(() => 0));
  const wanted = expectedHash(count);
  for (const [place, { viewer, hash }] of crowd.steady.entries()) {
    expect(viewer.resyncs - (resyncs[place] ?? 0), 'no byte is skipped').toBe(0);
    expect(hash()).toBe(wanted);
  }
  if (IS_LONG) expect(figures.gateway.p99Ms).toBeLessThan(BACK_WITHIN_MS);
}

test.each([
  ['paced', PACED_BYTES_PER_SECOND],
  ['unbounded', 0],
])(
  'tmux: everything is killed under %s output, and every line that is left is there once',
  { timeout: 90_000 + ROUNDS * ROUND_TIMEOUT_MS },
  async (pace, bytesPerSecond) => {
    await withSeed(async (random) => await killEverything({ pace, bytesPerSecond }, random));
  },
);

async function killEverything(
  { pace, bytesPerSecond }: { pace: string; bytesPerSecond: number },
  random: Random,
): Promise<void> {
  const stack = await startStack({ engine: 'tmux', gatewayEnv: UNLIMITED });
  const load = await Load.prepare(stack, bytesPerSecond);
  const crowd = await Crowd.gather(stack, load.session, { withScreens: true });
  await load.begin();
  const { pid } = await reached(stack, load.session);
  const weights = { gateway: 3, worker: 5, both: 3, control: 1, stop: 1 };
  const chaos = new Chaos({ stack, crowd, random, weights, stopMsMax: STOP_MS_MAX });
  for (let round = 0; round < ROUNDS; round++) {
    await chaos.round();
    expect(await reached(stack, load.session)).toMatchObject({ phase: 'running', pid });
    for (const { screen } of crowd.steady) if (screen) await expectNoGap(screen, 0);
  }
  crowd.settle();
  load.end();
  await untilAllShow(crowd, 'END');

  const { count } = load;
  const figures = figuresOf(chaos, crowd);
  keepFigures(`chaos, everything, ${pace}`, { ROUNDS, ...figures, lines: count });
  for (const { viewer, screen } of crowd.all) {
    if (screen) await expectEveryLineOnce(screen, count);
    expect(viewer.gaps).toBe(0);
  }
}

async function untilAllShow(crowd: Crowd, line: string): Promise<void> {
  const shown = crowd.all.map(
    async ({ screen }) => screen && (await untilShown(screen, line, 60_000)),
  );
  await Promise.all(shown).catch((cause: unknown) => {
    throw new Error(`somebody is not shown ${line}:\n${crowd.describe()}`, { cause });
  });
}

interface Back {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

function figuresOf(
  { counts, backMs }: Chaos,
  { oracle, all, vanished }: Crowd,
): Record<'gateway' | 'worker' | 'both', Back> & Record<string, unknown> {
  const back = (times: readonly number[]): Back => ({
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: percentile(times, 1),
  });
  return {
    counts,
    vanished,
    reconnects: all.map(({ viewer }) => viewer.reconnects),
    resyncs: all.map(({ viewer }) => viewer.resyncs),
    bytesCompared: oracle.bytes,
    gateway: back(backMs.gateway),
    worker: back(backMs.worker),
    both: back(backMs.both),
  };
}
