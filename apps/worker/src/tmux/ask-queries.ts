/** Asks a tmux server once in its life which queries it answers; see queries.ts. */
import { withDeadline } from '@dashboard/runtime/deadline';
import type { Clock } from '@dashboard/runtime/clock';
import type { QueryKind } from '../session/ports.ts';
import * as commands from './commands.ts';
import { PaneTap, type PaneTapEvents } from './pane-tap.ts';
import { answeredIn, ASK_ALL, parseAnswers } from './queries.ts';
import { startProgram, type Starter } from './start-program.ts';

const ASK_TIMEOUT_MS = 2_000;
const SIZE = { cols: 80, rows: 24 };

/** @throws DashboardError, TmuxError when it cannot be found out */
export async function findAnsweredQueries(
  by: Starter,
  clock: Clock,
): Promise<readonly QueryKind[]> {
  const [kept] = await by.control.run([commands.ANSWERS]);
  const known = parseAnswers(kept?.toString() ?? '');
  if (known !== undefined) return known;
  const answered = await ask(by, clock);
  await by.control.run([commands.rememberAnswers(answered)]);
  return answered;
}

/** In a session of its own, which is gone afterwards. */
async function ask(by: Starter, clock: Clock): Promise<readonly QueryKind[]> {
  const answered = Promise.withResolvers<readonly QueryKind[]>();
  await endSession(by); // of a worker that was killed while it asked
  const tap = await openTap(by, clock, collector(answered.resolve));
  try {
    tap.start();
    const env = { PATH: by.server.environment['PATH'] ?? '', TERM: 'xterm-256color' };
    const argv = ['/bin/sh', '-c', ASK_ALL] as const;
    const directory = '/';
    await startProgram(by, { name: commands.QUERY_SESSION, size: SIZE, argv, directory, env });
    return await withDeadline(answered.promise, {
      clock,
      timeoutMs: ASK_TIMEOUT_MS,
      what: 'ask tmux which queries it answers',
    });
  } finally {
    await tap.close();
    await endSession(by);
  }
}

function collector(found: (kinds: readonly QueryKind[]) => void): PaneTapEvents {
  let printed = '';
  return {
    output: (bytes) => {
      printed += Buffer.from(bytes).toString('latin1');
      const kinds = answeredIn(printed);
      if (kinds !== undefined) found(kinds);
    },
    ended: () => undefined, // the deadline ends the wait
  };
}

function openTap({ server }: Starter, clock: Clock, events: PaneTapEvents): Promise<PaneTap> {
  const { tapDirectory: directory, environment } = server;
  return PaneTap.open({ directory, name: commands.QUERY_SESSION, environment, clock }, events);
}

async function endSession({ control }: Starter): Promise<void> {
  await control.run([commands.killSession(commands.QUERY_SESSION)]).catch(() => undefined);
}
