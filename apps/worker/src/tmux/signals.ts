/** Signals to processes that may have ended a moment ago. */
import { readdir, readFile } from 'node:fs/promises';

/** @param target a pid, or the negative id of a group @returns whether there was anybody to get it */
export function trySignal(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false; // ESRCH
  }
}

/** To all of the leader's group but the leader itself; without procfs to the program alone. */
export async function hangUp({
  pid,
  leaderPid,
}: {
  pid: number;
  leaderPid: number;
}): Promise<void> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name) && name !== String(leaderPid));
  const groups = await Promise.all(pids.map(groupOf));
  const followers = pids.filter((_pid, at) => groups[at] === leaderPid).map(Number);
  for (const follower of followers.length > 0 ? followers : [pid]) trySignal(follower, 'SIGHUP');
}

/** The name in front stands in parentheses and may hold anything; state, parent and group follow. */
async function groupOf(pid: string): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  const [, , group] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  return group === undefined ? undefined : Number(group);
}
