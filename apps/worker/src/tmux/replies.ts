/** Reads the lists that tmux gives: sessions, and panes as commands.ts asks for them. */
import { parseSessionId, type SessionId } from '@dashboard/protocol/ids';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import { parsePaneId } from './commands.ts';
import type { Place } from './tmux-pane.ts';

export interface FoundPane extends Omit<Place, 'pid'> {
  readonly size: TerminalSize;
  readonly isDead: boolean;
}

export function parseFound(line: string, serverPid: number): FoundPane {
  const [paneId, leaderPid, cols, rows, isDead] = line.split(' ');
  return {
    paneId: parsePaneId(paneId),
    leaderPid: Number(leaderPid),
    serverPid,
    size: { cols: Number(cols), rows: Number(rows) },
    isDead: isDead === '1',
  };
}

/** Sessions that are not ours, a person's for example, are nobody. */
export function sessionIdOf(name: string): SessionId[] {
  try {
    return [parseSessionId(name)];
  } catch {
    return [];
  }
}

export function linesOf(reply: Buffer | undefined): readonly string[] {
  return (reply?.toString() ?? '').split('\n').filter((line) => line !== '');
}
