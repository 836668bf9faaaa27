/** From ^C to a quiet and correct screen, while `yes` floods a client that parses like a browser. */
import {
  figure,
  inTime,
  inTurn,
  median,
  ParsingReader,
  pause,
  percentile,
  type Claim,
} from '../measure/index.ts';
import { IGNORES, type Target, type TargetName } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

const SERVERS = ['ours pty', 'plain', 'ours tmux', 'plain-tmux'] as const;
const FLOOD_MS = 1_000;
const TIMEOUT_MS = 20_000;
/** In which nothing may follow. */
const QUIET_MS = 200;
const TARGET_MS = 50;
/** Bytes a second that the page parses: as quickly as this machine can, and as a telephone does. */
const CLIENTS = { 'this machine': Infinity, telephone: 4e6 } as const;
type Client = keyof typeof CLIENTS;
const CLIENT_NAMES = Object.keys(CLIENTS) as readonly Client[];
/** `yes` dies of ^C, the shell around it goes on: what it prints is the first thing after the flood. */
const PROGRAM = `exec sh -c 'trap : INT; yes; printf QUI''ET; sleep 60'\r`;

interface Result {
  readonly quietAfterMs: number;
  readonly isCorrect: boolean;
  readonly refusedBytes: number;
  readonly receivedBytes: number;
}

export const interrupt: Row = { what: '^C until the screen is quiet and correct, under yes', run };

async function run(setting: Setting): Promise<Findings> {
  const targets: Target[] = [];
  for (const name of SERVERS) targets.push(await setting.start(name));
  const cells = CLIENT_NAMES.flatMap((client) =>
    targets.map((target) => ({
      name: key(target.name, client),
      measure: () => measure(target, client, setting),
    })),
  );
  return findings(await inTurn<Result>(cells, setting));
}

const key = (name: string, client: Client): string => `${name}, ${client}`;

async function measure(target: Target, client: Client, { clock }: Setting): Promise<Result> {
  const session = await target.openSession();
  const terminal = await session.watch();
  const reader = new ParsingReader('QUIET', { clock, bytesPerSecond: CLIENTS[client] });
  terminal.reader = reader;
  terminal.type(PROGRAM);
  await pause(clock, FLOOD_MS);
  const startedMs = clock.monotonicMs();
  terminal.type('\x03');
  const what = `${target.name} is quiet`;
  const quietAfterMs = await inTime(reader.found, { clock, timeoutMs: TIMEOUT_MS, what }).then(
    () => clock.monotonicMs() - startedMs,
    () => Infinity,
  );
  await pause(clock, QUIET_MS);
  const isCorrect = isQuietAfterYes(reader.screen());
  const { refused: refusedBytes, received: receivedBytes } = reader;
  terminal.reader = IGNORES;
  reader.stop();
  terminal.leave();
  await session.end();
  return { quietAfterMs, isCorrect, refusedBytes, receivedBytes };
}

/** Lines of yes to the last but one, which ^C may have cut, and then the word. */
export function isQuietAfterYes(screen: readonly string[]): boolean {
  const lines = screen.filter((line) => line !== '');
  const last = lines.pop() ?? '';
  return (
    /^[y^C]*QUIET$/.test(last) &&
    lines.length > 1 &&
    lines.every((line) => /^y$|^y?\^C$/.test(line))
  );
}

function findings(results: Map<string, Result[]>): Findings {
  const tables = CLIENT_NAMES.map((client) => ({
    title: `interrupt, page on ${client}`,
    columns: ['', 'median ms', 'worst ms', 'correct', 'MB received', 'MB refused'],
    lines: SERVERS.map((name) => lineOf(name, results.get(key(name, client)) ?? [])),
  }));
  const claims = CLIENT_NAMES.flatMap((client) =>
    (['ours pty', 'ours tmux'] as const).map((name): Claim => {
      const all = results.get(key(name, client)) ?? [];
      const value = median(all.map(({ quietAfterMs }) => quietAfterMs));
      const what = `${name}, ${client}`;
      return { what, value, target: TARGET_MS, unit: 'ms', wants: 'at most' };
    }),
  );
  const notes = [
    `^C after ${FLOOD_MS} ms of yes. The client parses with xterm.js and acknowledges what is parsed;`,
    `as a telephone at most ${CLIENTS.telephone / 1e6} MB/s. What waits in it beyond 50 MB is refused, as xterm.js does.`,
    `"–" stands for more than ${TIMEOUT_MS / 1000} s.`,
  ];
  return { tables, claims, notes, raw: Object.fromEntries(results) };
}

function lineOf(name: TargetName, all: readonly Result[]): readonly string[] {
  const times = all.map(({ quietAfterMs }) => quietAfterMs);
  return [
    name,
    figure(median(times)),
    figure(percentile(times, 1)),
    `${all.filter(({ isCorrect }) => isCorrect).length} of ${all.length}`,
    figure(median(all.map(({ receivedBytes }) => receivedBytes / 1e6))),
    figure(median(all.map(({ refusedBytes }) => refusedBytes / 1e6))),
  ];
}
