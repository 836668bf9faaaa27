/** Runs the rows that are wished for, one after the other, each with targets of its own. */
import type { AtEnd } from '@dashboard/testkit/at-end';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import type { Clock } from '@dashboard/runtime/clock';
import { withDeadline } from '@dashboard/runtime/deadline';
import { Ending } from './ending.ts';
import { ROWS, type Findings } from './rows/index.ts';
import { TARGETS } from './targets/index.ts';

/** Starting, and rounds that have begun: beyond it a row is taken for stuck. */
const SLACK_MS = 120_000;

export interface BenchOptions {
  readonly clock: Clock;
  readonly rounds: number;
  readonly seconds: number;
  readonly progress: (text: string) => void;
  /** Of the run; a row ends what it started by itself, before the next. */
  readonly atEnd: AtEnd;
}

export async function runRow(name: string, options: BenchOptions): Promise<Findings> {
  const row = ROWS[name];
  if (row === undefined) throw new Error(`no row is called ${name}`);
  const { clock, seconds, atEnd } = options;
  const ending = new Ending();
  atEnd(() => ending.run());
  try {
    const found = row.run({
      ...options,
      directory: await ending.wholly(() => temporaryDirectory(ending.atEnd)),
      atEnd: ending.atEnd,
      start: (target) => ending.wholly(() => TARGETS[target].start(ending.atEnd)),
      progress: (text) => options.progress(`${name}: ${text}`),
    });
    const timeoutMs = seconds * 1000 + SLACK_MS;
    return await withDeadline(found, { clock, timeoutMs, what: `the row ${name}` });
  } finally {
    await ending.run();
  }
}
