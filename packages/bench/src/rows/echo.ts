/** How long a key takes until it is seen: alone, beside a flood, beside 50 busy screens. */
import {
  figure,
  inTurn,
  measureEcho,
  median,
  medianRatio,
  pause,
  percentile,
  startEcho,
  type Cell,
  type Claim,
  type EchoResult,
  type Table,
} from '../measure/index.ts';
import { TARGETS, type Target, type TargetName, type Terminal } from '../targets/index.ts';
import { openRepainters, REPAINTERS, type Repainters } from './repainters.ts';
import type { Findings, Row, Setting } from './row.ts';

const SERVERS = ['ours pty', 'plain', 'ours tmux', 'plain-tmux'] as const;
const ALL = Object.keys(TARGETS) as readonly TargetName[];
const EVERY_MS = 20;
/** Fewer keys have no p95. */
const SEGMENT_MS_MIN = 500;
/** Until a flood is under way. */
const FLOOD_LEAD_MS = 200;
const CONDITIONS = ['idle', 'flood', 'repaint'] as const;
type Condition = (typeof CONDITIONS)[number];

interface Place {
  readonly target: Target;
  readonly terminal: Terminal;
}

type Results = Map<string, EchoResult[]>;

export const echo: Row = { what: 'a key, typed by a schedule, until it is seen', run };

async function run(setting: Setting): Promise<Findings> {
  const places = new Map<TargetName, Place>();
  for (const name of ALL) {
    setting.progress(`starting ${name}`);
    const target = await setting.start(name);
    const terminal = await (await target.openSession()).watch();
    await startEcho(terminal, setting.clock);
    places.set(name, { target, terminal });
  }
  const cellOf = cellsFrom(setting, places);
  const alone = [
    ...ALL.map((name) => cellOf(name, 'idle')),
    ...SERVERS.map((name) => cellOf(name, 'flood')),
  ];
  const results: Results = await inTurn(alone, setting);
  const repainters = new Map<TargetName, Repainters>();
  for (const name of SERVERS) {
    setting.progress(`${REPAINTERS} sessions on ${name}`);
    const { target } = placeOf(places, name);
    repainters.set(name, await openRepainters(target, setting));
  }
  const busy = SERVERS.map((name) => {
    const { name: cell, measure } = cellOf(name, 'repaint');
    return {
      name: cell,
      measure: async (round: number) =>
        (await repainters.get(name)?.during(() => measure(round))) ?? (await measure(round)),
    };
  });
  const rest = { ...setting, seconds: setting.seconds * REPAINT_SHARE };
  for (const [name, found] of await inTurn(busy, rest)) results.set(name, found);
  return findings(results);
}

/** Of the time for the rest. */
const REPAINT_SHARE = 0.3;

function placeOf(places: ReadonlyMap<TargetName, Place>, name: TargetName): Place {
  const place = places.get(name);
  if (place === undefined) throw new Error(`${name} was not started`);
  return place;
}

function cellsFrom(
  { clock, seconds, rounds }: Setting,
  places: ReadonlyMap<TargetName, Place>,
): (name: TargetName, condition: Condition) => Cell<EchoResult> {
  const segments = rounds * (ALL.length + SERVERS.length + SERVERS.length);
  const durationMs = Math.max(SEGMENT_MS_MIN, (seconds * 1000) / segments);
  return (name, condition) => ({
    name: key(name, condition),
    measure: async (round) => {
      const { target, terminal } = placeOf(places, name);
      const measure = (): Promise<EchoResult> =>
        measureEcho(terminal, { clock, durationMs, everyMs: EVERY_MS, seed: round + 1 });
      if (condition !== 'flood') return await measure();
      const neighbour = await target.openSession();
      const typist = await neighbour.watch();
      typist.type('exec yes\r');
      await pause(clock, FLOOD_LEAD_MS);
      typist.leave();
      try {
        return await measure();
      } finally {
        await neighbour.end();
      }
    },
  });
}

const key = (name: TargetName, condition: Condition): string => `${name}, ${condition}`;

function findings(results: Results): Findings {
  const p50s = (name: TargetName, condition: Condition): number[] =>
    (results.get(key(name, condition)) ?? []).map(({ latenciesMs }) => median(latenciesMs));
  const ratio = (a: [TargetName, Condition], b: [TargetName, Condition]): number =>
    medianRatio(p50s(...a), p50s(...b));
  const tables = CONDITIONS.map((condition) => tableOf(results, condition));
  const claims: Claim[] = [
    claim('p50, ours pty : plain', ratio(['ours pty', 'idle'], ['plain', 'idle']), 1.6),
    claim(
      'p50, ours tmux : plain-tmux',
      ratio(['ours tmux', 'idle'], ['plain-tmux', 'idle']),
      1.25,
    ),
    claim('p50, ours pty, flood : idle', ratio(['ours pty', 'flood'], ['ours pty', 'idle']), 1.3),
    claim(
      'p50, ours tmux, flood : idle',
      ratio(['ours tmux', 'flood'], ['ours tmux', 'idle']),
      1.3,
    ),
  ];
  const notes = [
    `A key each ${EVERY_MS} ms ± 40 %, sent whether or not those before it have come back.`,
    'flood: another session of the same server runs yes, and nobody watches it.',
    `repaint: ${REPAINTERS} other sessions draw 10 screens a second each, and nobody watches them.`,
  ];
  return { tables, claims, notes, raw: Object.fromEntries(results) };
}

function claim(what: string, value: number, target: number): Claim {
  return { what, value, target, unit: '×', wants: 'at most' };
}

function tableOf(results: Results, condition: Condition): Table {
  const lines = ALL.flatMap((name) => {
    const found = results.get(key(name, condition));
    if (found === undefined) return [];
    const all = found.flatMap(({ latenciesMs }) => latenciesMs);
    const lost = found.reduce((sum, each) => sum + each.lost, 0);
    const cells = [0.5, 0.95, 0.99, 1].map((share) => figure(percentile(all, share)));
    return [[name, ...cells, String(all.length), String(lost)]];
  });
  const columns = ['ms', 'p50', 'p95', 'p99', 'max', 'keys', 'lost'];
  return { title: `echo, ${condition}`, columns, lines };
}
