/** Starts a program in a session of its own, with the tap in place before its first byte. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import * as commands from './commands.ts';
import type { ControlClient } from './control-client.ts';
import { launchScript, type Launch } from './launch-script.ts';
import type { Notices } from './notices.ts';
import type { Place } from './tmux-pane.ts';
import type { TmuxServer } from './tmux-server.ts';

export interface ProgramStart extends Launch {
  /** Of the session and of the FIFOs, which are there already. */
  readonly name: commands.SessionName;
  readonly size: TerminalSize;
}

export interface Starter {
  readonly server: TmuxServer;
  readonly control: ControlClient;
  readonly notices: Notices;
}

/**
 * One sequence: tmux does not read the pane before the whole of it is done.
 * @throws TmuxError, also when there is such a session already
 */
export async function startProgram(by: Starter, start: ProgramStart): Promise<Place> {
  const { name, size } = start;
  const script = join(by.server.scriptDirectory, `${name}.sh`);
  const text = launchScript(start, { fifo: by.notices.path, name });
  await writeFile(script, text, { mode: 0o600, flag: 'wx' });
  const started = by.notices.started(name);
  started.catch(() => undefined); // told only to whoever gets as far as waiting for it
  try {
    const replies = await by.control.runOnce([
      ...commands.newSession(name, size, script),
      commands.openPipe(name, name),
      commands.paneOf(name),
    ]);
    const [paneId, leaderPid] = (replies.at(-1)?.toString() ?? '').split(' ');
    const place = { paneId: commands.parsePaneId(paneId), leaderPid: Number(leaderPid) };
    return { ...place, pid: await started, serverPid: by.control.server.pid };
  } catch (error) {
    await rm(script, { force: true });
    throw error;
  }
}

/** @returns the pid of the program that a process of launch-script.ts runs */
export async function programOf(leaderPid: number): Promise<number> {
  const path = `/proc/${leaderPid}/task/${leaderPid}/children`;
  // Without procfs its own pid is the best there is: signals to its group reach the program.
  const children = await readFile(path, 'utf8').catch(() => '');
  return Number.parseInt(children, 10) || leaderPid;
}
