/** How fast much output comes, and whether all of it does: to a client that drops it, and one that parses. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  END,
  figure,
  hashOf,
  inTime,
  inTurn,
  KeepingReader,
  medianRatio,
  median,
  ParsingReader,
  payloadOf,
  PAYLOAD_NAMES,
  screenAfter,
  withOnlcr,
  pause,
  type Cell,
  type Claim,
  type PayloadName,
} from '../measure/index.ts';
import { IGNORES, TARGETS, type Reader, type TargetName, type Terminal } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

const ALL = Object.keys(TARGETS) as readonly TargetName[];
const SERVERS = ['ours pty', 'plain', 'ours tmux', 'plain-tmux'] as const;
const PAYLOAD_BYTES = 8 * 2 ** 20;
const TIMEOUT_MS = 60_000;
/** For the prompt that follows. */
const SETTLE_MS = 50;
const MB = 1e6;

interface Payload {
  readonly name: PayloadName;
  readonly path: string;
  readonly bytes: number;
  readonly hash: string;
  /** How it begins, which no repeated command does. */
  readonly begin: Buffer;
  readonly screen: readonly string[];
}

interface Result {
  readonly megabytesPerSecond: number;
  readonly isWhole: boolean;
  readonly redraws: number;
}

export const bulk: Row = { what: 'output by the megabyte, compared by hash', run };

async function run(setting: Setting): Promise<Findings> {
  const terminals = new Map<TargetName, Terminal>();
  for (const name of ALL) {
    setting.progress(`starting ${name}`);
    terminals.set(name, await (await (await setting.start(name)).openSession()).watch());
  }
  const payloads = await Promise.all(PAYLOAD_NAMES.map((name) => makePayload(name, setting)));
  const cells = payloads.flatMap((payload) => {
    const on = (names: readonly TargetName[], client: Client): Cell<Result>[] =>
      [...terminals]
        .filter(([name]) => names.includes(name))
        .map(([name, terminal]) => ({
          name: key(name, payload.name, client),
          measure: () => MEASURE[client](terminal, payload, setting),
        }));
    return [...on(ALL, 'drops'), ...on(SERVERS, 'parses')];
  });
  return findings(await inTurn(cells, setting));
}

async function makePayload(name: PayloadName, { directory }: Setting): Promise<Payload> {
  const source = payloadOf(name, PAYLOAD_BYTES);
  const path = join(directory, name.replaceAll(/\W/g, '-'));
  await writeFile(path, source);
  const expected = withOnlcr(source);
  return {
    name,
    path,
    bytes: expected.length,
    hash: hashOf(expected),
    begin: expected.subarray(0, expected.indexOf('\n')),
    screen: await screenAfter(expected),
  };
}

type Measure = (terminal: Terminal, payload: Payload, setting: Setting) => Promise<Result>;

const MEASURE = {
  drops: async (terminal, payload, setting) => {
    const reader = new KeepingReader(END);
    const seconds = await timed(reader, { terminal, payload, setting });
    const received = reader.bytes;
    const begin = received.indexOf(payload.begin);
    const hash = hashOf(received.subarray(begin, begin + payload.bytes));
    const isWhole = begin !== -1 && hash === payload.hash;
    return { megabytesPerSecond: payload.bytes / MB / seconds, isWhole, redraws: reader.redraws };
  },
  parses: async (terminal, payload, setting) => {
    const { clock } = setting;
    const reader = new ParsingReader(END, { clock, bytesPerSecond: Infinity });
    const seconds = await timed(reader, { terminal, payload, setting });
    const isWhole = isSameScreen(reader.screen(), payload.screen);
    reader.stop();
    return { megabytesPerSecond: payload.bytes / MB / seconds, isWhole, redraws: reader.redraws };
  },
} as const satisfies Record<string, Measure>;
type Client = keyof typeof MEASURE;

/** But for the line below the end, where the shell's prompt stands. */
function isSameScreen(screen: readonly string[], expected: readonly string[]): boolean {
  const prompt = expected.indexOf(END) + 1;
  return expected.every((line, row) => row === prompt || line === screen[row]);
}

/** From the moment the command is typed. */
async function timed(
  reader: Reader & { found: Promise<void> },
  { terminal, payload, setting }: { terminal: Terminal; payload: Payload; setting: Setting },
): Promise<number> {
  const { clock } = setting;
  terminal.reader = reader;
  const startedMs = clock.monotonicMs();
  terminal.type(`cat ${payload.path}\r`);
  await inTime(reader.found, { clock, timeoutMs: TIMEOUT_MS, what: payload.name });
  const seconds = (clock.monotonicMs() - startedMs) / 1000;
  await pause(clock, SETTLE_MS);
  terminal.reader = IGNORES;
  return seconds;
}

const key = (name: TargetName, payload: PayloadName, client: Client): string =>
  `${name}, ${payload}, ${client}`;

function findings(results: Map<string, Result[]>): Findings {
  const found = (name: TargetName, payload: PayloadName, client: Client): Result[] =>
    results.get(key(name, payload, client)) ?? [];
  const speeds = (...of: Parameters<typeof found>): number[] =>
    found(...of).map(({ megabytesPerSecond }) => megabytesPerSecond);
  const clients: readonly Client[] = ['drops', 'parses'];
  const tables = clients.map((client) => ({
    title: `bulk, MB/s, client ${client}`,
    columns: ['', ...PAYLOAD_NAMES, 'whole', 'redrawn'],
    lines: (client === 'drops' ? ALL : SERVERS).map((name) => {
      const all = PAYLOAD_NAMES.flatMap((payload) => found(name, payload, client));
      return [
        name,
        ...PAYLOAD_NAMES.map((payload) => figure(median(speeds(name, payload, client)))),
        `${all.filter(({ isWhole }) => isWhole).length} of ${all.length}`,
        String(all.reduce((sum, { redraws }) => sum + redraws, 0)),
      ];
    }),
  }));
  const claims = PAYLOAD_NAMES.flatMap((payload): Claim[] => {
    const percent = (a: TargetName, b: TargetName): number =>
      100 * medianRatio(speeds(a, payload, 'drops'), speeds(b, payload, 'drops'));
    const [pty, tmux] = [percent('ours pty', 'raw-pty'), percent('ours tmux', 'raw-pipe-pane')];
    const common = { unit: '%', wants: 'at least' } as const;
    return [
      { what: `${payload}, ours pty : raw-pty`, value: pty, target: 60, ...common },
      { what: `${payload}, ours tmux : raw-pipe-pane`, value: tmux, target: 90, ...common },
    ];
  });
  const losses = (['ours pty', 'ours tmux'] as const).map((name): Claim => {
    const all = PAYLOAD_NAMES.flatMap((payload) => found(name, payload, 'drops'));
    const value = all.filter(({ isWhole }) => !isWhole).length;
    return { what: `${name}, losses by hash`, value, target: 0, unit: '', wants: 'at most' };
  });
  const notes = [
    'whole: SHA-256 of what was received is that of the source with ONLCR; where the client parses,',
    'the screen at the end is the one of all bytes. plain-tmux draws what is left and drops the rest.',
    'Speeds count the bytes of the source, also where fewer were sent.',
  ];
  return { tables, claims: [...claims, ...losses], notes, raw: Object.fromEntries(results) };
}
