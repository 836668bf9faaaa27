/**
 * How a program ended, from what tmux says of its pane. The pane's process is a shell that waited for
 * the program (launch-script.ts) and gives 128 and the number for a signal. A program may exit with
 * such a code of its own: shells do after Ctrl-C or a broken pipe, so those stay what they are.
 */
import { constants } from 'node:os';
import type { PaneExit } from '../session/ports.ts';
import type { PaneId } from './commands.ts';
import { TmuxError } from './control-connection.ts';

const SIGNAL_BASE = 128;
const { SIGHUP, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGSEGV, SIGTERM } = constants.signals;
const KILLING: ReadonlySet<number> = new Set([
  ...[SIGHUP, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGKILL, SIGSEGV, SIGTERM],
]);

/**
 * @param line as commands.paneEnd asks for it
 * @returns undefined for a program that runs @throws TmuxError when there is no such pane
 */
export function parseEnd(line: string, paneId: PaneId): PaneExit | undefined {
  const [id, isDead, code = '', signal = ''] = line.split('/');
  if (id !== paneId) throw new TmuxError(`no pane ${paneId}`);
  if (isDead !== '1') return undefined;
  if (signal !== '') return { code: null, signal: signalNumber(signal) };
  if (code === '') return { code: null, signal: null };
  const killedBy = Number(code) - SIGNAL_BASE;
  if (KILLING.has(killedBy)) return { code: null, signal: killedBy };
  return { code: Number(code), signal: null };
}

/** A number on Linux; where the system names its signals, tmux gives the name. */
function signalNumber(text: string): number | null {
  const known = Object.entries(constants.signals).find(([name]) => name === `SIG${text}`);
  if (known !== undefined) return known[1];
  return /^\d+$/.test(text) ? Number(text) : null;
}
