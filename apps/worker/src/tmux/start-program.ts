/** Starts a program in a session of its own, with the tap in place before its first byte. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import * as commands from './commands.ts';
import type { ControlClient } from './control-client.ts';
import { launchScript, type Launch } from './launch-script.ts';
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
}

/**
 * One sequence: tmux does not read the pane before the whole of it is done.
 * @throws TmuxError, also when there is such a session already
 */
export async function startProgram(by: Starter, start: ProgramStart): Promise<Place> {
  const { name, size } = start;
  const script = join(by.server.scriptDirectory, `${name}.sh`);
  await writeFile(script, launchScript(start), { mode: 0o600, flag: 'wx' });
  try {
    const replies = await by.control.run([
      ...commands.newSession(name, size, script),
      commands.openPipe(name, name),
      commands.paneOf(name),
    ]);
    const [paneId, pid] = (replies.at(-1)?.toString() ?? '').split(' ');
    const serverPid = by.control.server.pid;
    return { paneId: commands.parsePaneId(paneId), pid: Number(pid), serverPid };
  } catch (error) {
    await rm(script, { force: true });
    throw error;
  }
}
