/** How long a viewer who opens a session waits for its screen and the scrollback above it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ask,
  END,
  figure,
  inTime,
  inTurn,
  MarkerReader,
  median,
  medianRatio,
  pause,
  payloadOf,
  percentile,
  type Claim,
} from '../measure/index.ts';
import type { Session, TargetName, Terminal } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

/** plain remembers nothing: who comes back to it sees an empty screen. */
const NAMES = ['ours pty', 'ours tmux', 'plain-tmux'] as const;
/** Lines of 80 columns; a little more than a snapshot carries. */
const SCROLLBACK_BYTES = 1_050 * 80;
const ATTACHES = 10;
const TARGET_MS = 30;
/** A blank, and a backspace: the screen has changed and is as it was, so that no snapshot is old. */
const NUDGE = ' \x7f';
const SETTLE_MS = 30;

interface Result {
  readonly timesMs: readonly number[];
  readonly bytes: number;
}

interface Place {
  readonly session: Session;
  readonly typist: Terminal;
}

export const attach: Row = {
  what: 'a session with 1,000 lines of scrollback, to the last byte',
  run,
};

async function run(setting: Setting): Promise<Findings> {
  const path = join(setting.directory, 'scrollback');
  await writeFile(path, payloadOf('ASCII', SCROLLBACK_BYTES));
  const places = new Map<TargetName, Place>();
  for (const name of NAMES) {
    const session = await (await setting.start(name)).openSession();
    const typist = await session.watch();
    await ask(typist, { command: `cat ${path}`, marker: END, clock: setting.clock });
    places.set(name, { session, typist });
  }
  const cells = [...places].map(([name, place]) => ({
    name,
    measure: () => measure(place, setting),
  }));
  return findings(await inTurn<Result>(cells, setting));
}

async function measure({ session, typist }: Place, { clock }: Setting): Promise<Result> {
  const timesMs: number[] = [];
  let bytes = 0;
  for (let attached = 0; attached < ATTACHES; attached++) {
    typist.type(NUDGE);
    await pause(clock, SETTLE_MS);
    const reader = new MarkerReader(END);
    const startedMs = clock.monotonicMs();
    const viewer = await session.watch({ reader });
    await inTime(reader.found, { clock, what: 'the screen is there' });
    timesMs.push(clock.monotonicMs() - startedMs);
    bytes = reader.received;
    viewer.leave();
  }
  return { timesMs, bytes };
}

function findings(results: Map<string, Result[]>): Findings {
  const medians = (name: TargetName): number[] =>
    (results.get(name) ?? []).map(({ timesMs }) => median(timesMs));
  const lines = [...results].map(([name, found]) => {
    const all = found.flatMap(({ timesMs }) => timesMs);
    const kilobytes = median(found.map(({ bytes }) => bytes / 1000));
    return [name, figure(median(all)), figure(percentile(all, 0.95)), figure(kilobytes)];
  });
  const claims = (['ours pty', 'ours tmux'] as const).map((name): Claim => {
    const value = median(medians(name));
    return {
      what: `${name}, to the last byte`,
      value,
      target: TARGET_MS,
      unit: 'ms',
      wants: 'at most',
    };
  });
  const ratio = medianRatio(medians('ours tmux'), medians('plain-tmux'));
  return {
    tables: [{ title: 'attach', columns: ['', 'p50 ms', 'p95 ms', 'KB'], lines }],
    claims,
    notes: [
      'From the request for a ticket to the end of the snapshot; something was printed before each.',
      `plain-tmux draws the screen without its scrollback: ours tmux takes ${figure(ratio)} times as long.`,
    ],
    raw: Object.fromEntries(results),
  };
}
