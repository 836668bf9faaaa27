/** What idle sessions cost: memory, time, files and threads of everything but the programs in them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cpuSeconds, memoryBytes } from '@dashboard/testkit/process-figures';
import {
  ask,
  END,
  payloadOf,
  serverProcesses,
  figure,
  filesOf,
  isTmux,
  pause,
  threadsOf,
  type Claim,
  type Table,
} from '../measure/index.ts';
import type { Session, Target } from '../targets/index.ts';
import type { Findings, Row, Setting } from './row.ts';

const NAMES = ['ours pty', 'ours tmux', 'plain', 'plain-tmux'] as const;
const COUNTS = [0, 1, 10, 50, 100] as const;
/** 1,000 lines of 80 columns in each: a session that never printed anything is none. */
const SCROLLBACK_BYTES = 80_000;
const MiB = 2 ** 20;
/** For what starting them has left behind, garbage included. */
const SETTLE_MS = 1_500;
const WATCH_MS = 1_500;
/** As HIBERNATE_AFTER_MS of the worker and THREAD_RENEW_CHECK_MS after its sweep, and a little. */
const HIBERNATED_AFTER_MS = 100_000;

interface Figures {
  readonly sessions: string;
  readonly processes: number;
  readonly pssBytes: number;
  /** Of them tmux's own, which keeps screens and scrollback whoever uses it. */
  readonly tmuxPssBytes: number;
  readonly cpuPercent: number;
  readonly files: number;
  readonly threads: number;
}

export const density: Row = { what: 'what 0 to 100 idle sessions cost', run };

async function run(setting: Setting): Promise<Findings> {
  const path = join(setting.directory, 'scrollback');
  await writeFile(path, payloadOf('ASCII', SCROLLBACK_BYTES));
  const results = new Map<string, Figures[]>();
  const targets: Target[] = [];
  for (const name of NAMES) {
    const target = await setting.start(name);
    targets.push(target);
    const sessions: Session[] = [];
    const found: Figures[] = [];
    for (const count of COUNTS) {
      setting.progress(`${name}: ${count} sessions`);
      while (sessions.length < count) {
        const session = await target.openSession();
        const terminal = await session.watch();
        await ask(terminal, { command: `cat ${path}`, marker: END, clock: setting.clock });
        terminal.leave();
        sessions.push(session);
      }
      found.push(await figuresOf(target, String(count), setting));
    }
    results.set(name, found);
  }
  if (setting.seconds * 1000 > HIBERNATED_AFTER_MS) {
    setting.progress('waiting until screens hibernate');
    await pause(setting.clock, HIBERNATED_AFTER_MS);
    for (const target of targets) {
      const last = `${COUNTS.at(-1) ?? 0}, hibernated`;
      results.get(target.name)?.push(await figuresOf(target, last, setting));
    }
  }
  return findings(results);
}

async function figuresOf(target: Target, sessions: string, { clock }: Setting): Promise<Figures> {
  await pause(clock, SETTLE_MS);
  const pids = serverProcesses(await target.pids());
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = cpu();
  await pause(clock, WATCH_MS);
  const total = (of: (pid: number) => number): number =>
    pids.reduce((sum, pid) => sum + of(pid), 0);
  return {
    sessions,
    processes: pids.length,
    pssBytes: total(memoryBytes),
    tmuxPssBytes: total((pid) => (isTmux(pid) ? memoryBytes(pid) : 0)),
    cpuPercent: ((cpu() - before) / WATCH_MS) * 1e5,
    files: total(filesOf),
    threads: total(threadsOf),
  };
}

function findings(results: Map<string, Figures[]>): Findings {
  const tables = [...results].map(([name, found]): Table => ({
    title: `density, ${name}`,
    columns: [
      ...['sessions', 'MiB', 'MiB a session', 'of it tmux'],
      ...['CPU %', 'processes', 'files', 'threads'],
    ],
    lines: found.map((each) => [
      each.sessions,
      figure(each.pssBytes / MiB),
      figure(perSession(found, each, ({ pssBytes }) => pssBytes)),
      figure(perSession(found, each, ({ tmuxPssBytes }) => tmuxPssBytes)),
      figure(each.cpuPercent),
      ...[each.processes, each.files, each.threads].map(String),
    ]),
  }));
  const claims = (['ours pty', 'ours tmux'] as const).flatMap((name): Claim[] => {
    const found = results.get(name) ?? [];
    const last = found.at(-1);
    const ours = ({ pssBytes, tmuxPssBytes }: Figures): number => pssBytes - tmuxPssBytes;
    const value = last === undefined ? NaN : perSession(found, last, ours);
    return [
      {
        what: `${name} without tmux, a session of ${last?.sessions ?? 'none'}`,
        value,
        target: 1,
        unit: 'MiB',
        wants: 'at most',
      },
    ];
  });
  return {
    tables,
    claims,
    notes: [
      'PSS of all processes but the shells in the sessions, each of which has printed 1,000 lines and is not',
      'watched; a session: what was added since there was none. Of it tmux: the server and its client, which keep',
      'screen and scrollback of every pane whoever uses them; the rest is gateway, worker and the cats of pipe-pane.',
      `Screens hibernate ${HIBERNATED_AFTER_MS / 1000} s after the last viewer: with --seconds beyond that, this is waited for.`,
    ],
    raw: Object.fromEntries(results),
  };
}

function perSession(
  found: readonly Figures[],
  at: Figures,
  bytesOf: (figures: Figures) => number,
): number {
  const [none] = found;
  const before = none === undefined ? NaN : bytesOf(none);
  return (bytesOf(at) - before) / MiB / Number.parseInt(at.sessions, 10);
}
