/** How a program ended, from what tmux says of its pane. */
import { constants } from 'node:os';
import type { PaneExit } from '../session/ports.ts';

/** @param line as commands.paneEnd asks for it @returns undefined for a program that runs */
export function parseEnd(line: string): PaneExit | undefined {
  const [isDead, code = '', signal = ''] = line.split('/');
  if (isDead !== '1') return undefined;
  return {
    code: code === '' ? null : Number(code),
    signal: signal === '' ? null : signalNumber(signal),
  };
}

/** A number on Linux; where the system names its signals, tmux gives the name. */
function signalNumber(text: string): number | null {
  const known = Object.entries(constants.signals).find(([name]) => name === `SIG${text}`);
  if (known !== undefined) return known[1];
  return /^\d+$/.test(text) ? Number(text) : null;
}
