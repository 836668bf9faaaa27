/** People at work for as long as is wished: whether what they wait for stays short, and what the daemons hold, flat. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  COLLECT_GARBAGE,
  COUNT_TIMERS,
  descriptorsOf,
  memoryBytes,
} from '@dashboard/testkit/process-figures';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { figure, median, percentile, type Claim } from '../measure/index.ts';
import { People } from './people.ts';
import type { Findings, Row, Setting } from './row.ts';

const MiB = 2 ** 20;
const SAMPLE_EVERY_MS = 1_000;
/** Caches fill and code is compiled: nothing before is compared. */
const WARM_SHARE = 0.25;
const DAEMONS = ['gateway', 'worker'] as const;

interface Sample {
  readonly memoryMiB: number;
  readonly descriptors: number;
  readonly timers: number;
}

type Samples = Readonly<Record<(typeof DAEMONS)[number], Sample[]>>;

export const soak: Row = {
  what: 'people at work for --seconds: latencies, and memory, descriptors and timers that stay flat',
  run,
};

async function run(setting: Setting): Promise<Findings> {
  const timersIn = join(setting.directory, 'timers');
  mkdirSync(timersIn);
  const watched = {
    NODE_OPTIONS: `--import=${COLLECT_GARBAGE} --import=${COUNT_TIMERS}`,
    TIMERS_IN: timersIn,
  };
  const stack = await startStack({
    atEnd: setting.atEnd,
    workerEnv: watched,
    gatewayEnv: { ...watched, RATE_LIMIT_MAX_REQUESTS: '1000000' },
  });
  const people = await People.gather(stack, setting);
  const samples: Samples = { gateway: [], worker: [] };
  const endsAtMs = performance.now() + setting.seconds * 1_000;
  const work = people.workUntil(endsAtMs);
  while (performance.now() < endsAtMs) {
    await new Promise<void>((resolve) => void setting.clock.after(SAMPLE_EVERY_MS, resolve));
    for (const name of DAEMONS) samples[name].push(sampleOf(stack, name, timersIn));
  }
  await work;
  return findings({ people, samples, seconds: setting.seconds });
}

function sampleOf(stack: Stack, name: (typeof DAEMONS)[number], timersIn: string): Sample {
  const { pid } = stack[name];
  return {
    memoryMiB: memoryBytes(pid) / MiB,
    descriptors: descriptorsOf(pid),
    timers: Number(readFileSync(join(timersIn, String(pid)), 'utf8')),
  };
}

/** The medians of the first and of the last third of what came after the beginning. */
function ends(samples: readonly Sample[], of: keyof Sample): { first: number; last: number } {
  const warm = samples.slice(Math.floor(samples.length * WARM_SHARE)).map((each) => each[of]);
  const third = Math.max(1, Math.floor(warm.length / 3));
  return { first: median(warm.slice(0, third)), last: median(warm.slice(-third)) };
}

function findings(from: { people: People; samples: Samples; seconds: number }): Findings {
  const { people, samples, seconds } = from;
  const held = DAEMONS.flatMap((name) =>
    (['memoryMiB', 'descriptors', 'timers'] as const).map((of) => {
      return { name, of, ...ends(samples[name], of) };
    }),
  );
  return {
    tables: [
      {
        title: `soak, ${seconds} s`,
        columns: ['what', 'count', 'p50 ms', 'p99 ms', 'failed'],
        lines: Object.entries(people.done).map(([what, { tookMs, failed }]) => [
          what,
          String(tookMs.length),
          figure(median(tookMs)),
          figure(percentile(tookMs, 0.99)),
          String(failed),
        ]),
      },
      {
        title: 'held',
        columns: ['what', 'first third', 'last third'],
        lines: held.map(({ name, of, first, last }) => [
          `${name}, ${of}`,
          figure(first),
          figure(last),
        ]),
      },
    ],
    claims: [...latencies(people), ...flat(held)],
    notes: [
      `The first ${WARM_SHARE * 100} % are not compared. Garbage is collected twice a second, so that memory is what is held.`,
    ],
    raw: { done: people.done, samples },
  };
}

function latencies({ done }: People): Claim[] {
  const all = Object.values(done);
  const at = { unit: 'ms', wants: 'at most' } as const;
  return [
    { what: 'a request, p99', value: percentile(done.request.tookMs, 0.99), target: 250, ...at },
    {
      what: 'a key and its echo, p99',
      value: percentile(done.echo.tookMs, 0.99),
      target: 100,
      ...at,
    },
    {
      what: 'of all, failed',
      value: all.reduce((sum, { failed }) => sum + failed, 0),
      ...{ target: 0, unit: '', wants: 'at most' },
    },
  ];
}

function flat(held: readonly { name: string; of: string; first: number; last: number }[]): Claim[] {
  return held.map(({ name, of, first, last }) => {
    const wants = 'at most' as const;
    const what = `${name}, ${of}, last : first third`;
    return { what, value: last / first, target: 1.1, unit: '×', wants };
  });
}
