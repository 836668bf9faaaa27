/** Whether the last words of a program arrive that prints much and ends at once. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  END,
  figure,
  inTurn,
  MarkerReader,
  payloadOf,
  inTime,
  type Claim,
} from '../measure/index.ts';
import { TARGETS, type Target, type TargetName } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

const NAMES = (Object.keys(TARGETS) as readonly TargetName[]).filter(
  (name) => name !== 'raw-pipe-pane',
);
const PRINTED_BYTES = 200_000;
const RUNS = 4;
/** Nothing comes later than this that comes at all. */
const PATIENCE_MS = 1_000;

export const exit: Row = { what: 'a program that prints 200 KB and ends: is it all there?', run };

async function run(setting: Setting): Promise<Findings> {
  const path = join(setting.directory, 'last-words');
  await writeFile(path, payloadOf('ASCII', PRINTED_BYTES));
  const targets: Target[] = [];
  for (const name of NAMES) targets.push(await setting.start(name));
  const cells = targets.map((target) => ({
    name: target.name,
    measure: () => measure(target, path, setting),
  }));
  const results = await inTurn<number>(cells, setting);
  const lines = [...results].map(([name, found]) => [
    name,
    String(sum(found)),
    String(found.length * RUNS),
  ]);
  const claims = (['ours pty', 'ours tmux'] as const).map((name): Claim => {
    const value = sum(results.get(name) ?? []);
    return { what: `${name}, truncated`, value, target: 0, unit: '', wants: 'at most' };
  });
  return {
    tables: [{ title: 'exit', columns: ['', 'truncated', 'runs'], lines }],
    claims,
    notes: [
      `${figure(PRINTED_BYTES / 1000)} KB, and exec: nothing is there to hold the terminal open.`,
    ],
    raw: Object.fromEntries(results),
  };
}

/** @returns how many of the runs lost the end */
async function measure(target: Target, path: string, { clock }: Setting): Promise<number> {
  let truncated = 0;
  for (let count = 0; count < RUNS; count++) {
    const session = await target.openSession();
    const reader = new MarkerReader(END);
    const terminal = await session.watch({ reader });
    terminal.type(`exec cat ${path}\r`);
    const isWhole = await inTime(reader.found, {
      clock,
      timeoutMs: PATIENCE_MS,
      what: 'the end',
    }).then(
      () => true,
      () => false,
    );
    if (!isWhole) truncated++;
    terminal.leave();
    await session.end();
  }
  return truncated;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}
