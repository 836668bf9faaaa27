/** How long a viewer whose line broke waits for what was printed meanwhile. */
import {
  figure,
  inTurn,
  MarkerReader,
  median,
  pause,
  percentile,
  inTime,
  type Claim,
} from '../measure/index.ts';
import type { Session, TargetName } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

const NAMES = ['ours pty', 'ours tmux', 'plain', 'plain-tmux'] as const;
const RETURNS = 10;
/** Beyond one round trip. */
const TARGET_MS = 5;
const SETTLE_MS = 20;

export const reconnect: Row = { what: 'a viewer that comes back, to what it missed', run };

async function run(setting: Setting): Promise<Findings> {
  const sessions = new Map<TargetName, Session>();
  for (const name of NAMES) {
    sessions.set(name, await (await setting.start(name)).openSession());
  }
  const cells = [...sessions].map(([name, session]) => ({
    name,
    measure: () => (name === 'plain' ? measureOpening : measureReturn)(session, setting),
  }));
  return findings(await inTurn<readonly number[]>(cells, setting));
}

/** The viewer is away while a command prints, and comes back with the place where it was. */
async function measureReturn(session: Session, { clock }: Setting): Promise<readonly number[]> {
  const timesMs: number[] = [];
  const typist = await session.watch();
  let viewer = await session.watch();
  for (let returned = 0; returned < RETURNS; returned++) {
    await pause(clock, SETTLE_MS);
    viewer.leave();
    const word = `${returned}`.padStart(4, '0');
    const printed = new MarkerReader(`MISSED${word}`);
    typist.reader = printed;
    typist.type(`printf 'MIS''SED${word}'\r`);
    await inTime(printed.found, { clock, what: 'the command has printed' });
    const reader = new MarkerReader(`MISSED${word}`);
    const startedMs = clock.monotonicMs();
    viewer = await session.watch({ before: viewer, reader });
    await inTime(reader.found, { clock, what: 'what was missed comes' });
    timesMs.push(clock.monotonicMs() - startedMs);
  }
  viewer.leave();
  typist.leave();
  return timesMs;
}

/** plain has nothing to give: what it takes is the round trip. */
async function measureOpening(session: Session, { clock }: Setting): Promise<readonly number[]> {
  const timesMs: number[] = [];
  for (let opened = 0; opened < RETURNS; opened++) {
    await pause(clock, SETTLE_MS);
    const startedMs = clock.monotonicMs();
    const viewer = await session.watch();
    timesMs.push(clock.monotonicMs() - startedMs);
    viewer.leave();
  }
  return timesMs;
}

function findings(results: Map<string, (readonly number[])[]>): Findings {
  const medians = (name: TargetName): number[] => (results.get(name) ?? []).map(median);
  const lines = [...results].map(([name, found]) => [
    name,
    ...[0.5, 0.95].map((share) => figure(percentile(found.flat(), share))),
  ]);
  const trips = medians('plain');
  const claims = (['ours pty', 'ours tmux'] as const).map((name): Claim => {
    const beyond = medians(name).map((timeMs, round) => timeMs - (trips[round] ?? NaN));
    const what = `${name}, beyond a round trip`;
    return { what, value: median(beyond), target: TARGET_MS, unit: 'ms', wants: 'at most' };
  });
  return {
    tables: [{ title: 'reconnect', columns: ['', 'p50 ms', 'p95 ms'], lines }],
    claims,
    notes: [
      'From the request for a ticket to the last byte that was missed. plain has kept nothing: its time is',
      'the one of a WebSocket that opens, and stands for the round trip. plain-tmux draws the screen.',
    ],
    raw: Object.fromEntries(results),
  };
}
