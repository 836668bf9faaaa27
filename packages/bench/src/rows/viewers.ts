/** Many viewers of one session that draws 30 frames a second, and one among them that never reads. */
import { writeFile } from 'node:fs/promises';
import type { Clock } from '@dashboard/runtime/clock';
import { performance } from 'node:perf_hooks';
import { join } from 'node:path';
import {
  END,
  figure,
  FrameReader,
  inTurn,
  MarkerReader,
  median,
  medianRatio,
  payloadOf,
  percentile,
  inTime,
  type Cell,
  type Claim,
} from '../measure/index.ts';
import type { Session, Target, TargetName, Terminal } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

const NAMES = ['ours pty', 'ours tmux', 'plain'] as const;
const COUNTS = [1, 10, 100, 500] as const;
const STALLED_AT = 100;
const FRAMES_PER_SECOND = 30;
const FRAME_BYTES = 4_096;
const SECONDS = 2;
const FRAMES = FRAMES_PER_SECOND * SECONDS;
/** More than is sent to a viewer that acknowledges nothing. */
const STALLING_BYTES = 4 * 2 ** 20;
const PROGRAM = join(import.meta.dirname, '../../programs/frames.mjs');
const GRACE_MS = 10_000;

interface Result {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** Viewers that missed a frame, or were redrawn. */
  readonly behind: number;
  /** Share of its time that this process, which is all the viewers, was busy. */
  readonly clientBusy: number;
}

export const viewers: Row = {
  what: '1 to 500 viewers of one session, and one that never reads',
  run,
};

async function run(setting: Setting): Promise<Findings> {
  const stalling = join(setting.directory, 'stalling');
  await writeFile(stalling, payloadOf('ASCII', STALLING_BYTES));
  const targets: Target[] = [];
  for (const name of NAMES) targets.push(await setting.start(name));
  const cells = targets.flatMap((target) => [
    ...COUNTS.map((count): Cell<Result> => ({
      name: key(target.name, count),
      measure: () => measure(target, { count, setting }),
    })),
    {
      name: stalledKey(target.name),
      measure: () => measure(target, { count: STALLED_AT, stalling, setting }),
    },
  ]);
  return findings(await inTurn(cells, setting));
}

interface Wish {
  readonly count: number;
  /** A file that is printed first, to fill what lies before a viewer that does not read. */
  readonly stalling?: string;
  readonly setting: Setting;
}

async function measure(target: Target, { count, stalling, setting }: Wish): Promise<Result> {
  const { clock } = setting;
  const session = await target.openSession();
  const typist = await session.watch();
  const terminals = await watchAll(session, { count, typist, clock });
  if (stalling !== undefined) {
    (await session.watch()).stall();
    const drained = terminals.map((terminal) => (terminal.reader = new MarkerReader(END)).found);
    typist.type(`cat ${stalling}\r`);
    await inTime(Promise.all(drained), { clock, what: 'the others have caught up' });
  }
  const readers = terminals.map((terminal) => (terminal.reader = new FrameReader(FRAMES)));
  const busyBefore = performance.eventLoopUtilization();
  typist.type(
    `exec ${process.execPath} ${PROGRAM} ${FRAMES_PER_SECOND} ${FRAME_BYTES} ${SECONDS}\r`,
  );
  const timeoutMs = SECONDS * 1000 + GRACE_MS;
  const all = Promise.all(readers.map(({ ended }) => ended));
  await inTime(all, { clock, timeoutMs, what: 'all have seen the end' }).catch(() => undefined);
  const { utilization } = performance.eventLoopUtilization(busyBefore);
  for (const terminal of terminals) terminal.leave();
  await session.end();
  const delays = readers.flatMap(({ delaysMs }) => delaysMs);
  return {
    p50Ms: median(delays),
    p99Ms: percentile(delays, 0.99),
    worstMs: percentile(delays, 1),
    behind: readers.filter(({ delaysMs, redraws }) => delaysMs.length < FRAMES || redraws > 0)
      .length,
    clientBusy: utilization,
  };
}

/** Returns once each has been drawn and follows the session. */
async function watchAll(
  session: Session,
  { count, typist, clock }: { count: number; typist: Terminal; clock: Clock },
): Promise<Terminal[]> {
  const terminals: Terminal[] = [];
  const readers = Array.from({ length: count }, () => new MarkerReader('FOLLOWS'));
  for (const reader of readers) terminals.push(await session.watch({ reader }));
  typist.type("printf 'FOL''LOWS'\r");
  await inTime(Promise.all(readers.map(({ found }) => found)), { clock, what: 'all follow' });
  return terminals;
}

const key = (name: string, count: number): string => `${name}, ${count}`;
const stalledKey = (name: string): string => `${name}, ${STALLED_AT} + 1 that never reads`;

function findings(results: Map<string, Result[]>): Findings {
  const lines = [...results].map(([name, found]) => [
    name,
    figure(median(found.map(({ p50Ms }) => p50Ms))),
    figure(median(found.map(({ p99Ms }) => p99Ms))),
    figure(Math.max(...found.map(({ worstMs }) => worstMs))),
    String(found.reduce((sum, { behind }) => sum + behind, 0)),
    figure(100 * median(found.map(({ clientBusy }) => clientBusy))),
  ]);
  const columns = ['viewers', 'p50 ms', 'p99 ms', 'worst ms', 'fell behind', 'client busy %'];
  const p99s = (name: string): number[] => (results.get(name) ?? []).map(({ p99Ms }) => p99Ms);
  const claims = (['ours pty', 'ours tmux'] as const).flatMap((name: TargetName): Claim[] => {
    const most = results.get(key(name, 500)) ?? [];
    return [
      {
        what: `${name}, of 500 fell behind`,
        value: Math.max(...most.map(({ behind }) => behind)),
        target: 0,
        unit: '',
        wants: 'at most',
      },
      {
        what: `${name}, p99 of others, stalled : none`,
        value: medianRatio(p99s(stalledKey(name)), p99s(key(name, STALLED_AT))),
        target: 1.1,
        unit: '×',
        wants: 'at most',
      },
    ];
  });
  return {
    tables: [
      { title: `viewers, ${FRAMES_PER_SECOND} frames/s of ${FRAME_BYTES} bytes`, columns, lines },
    ],
    claims,
    notes: [
      'From the write of the program to the viewer. All viewers are one process, which shares the machine.',
      `Before the frames, ${STALLING_BYTES / 2 ** 20} MiB are printed that the one who never reads does not take.`,
    ],
    raw: Object.fromEntries(results),
  };
}
