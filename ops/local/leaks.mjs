/**
 * Finds processes that a test run left behind: whoever carries its mark in the environment, or has
 * its temporary directory in the arguments or as working directory. The latter is how a tmux server
 * is found, which starts with an emptied environment.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

/** Variable whose value is the run's own. */
export const MARK = 'DASHBOARD_TEST_RUN';

/** What was told to end may take this long to be gone. */
const GRACE_MS = 3_000;
const POLL_MS = 100;

/** @typedef {{ pid: number, command: string }} Leaked */

/**
 * @param {{ id: string, directory: string }} run
 * @returns {Promise<readonly Leaked[]>} none where there is no /proc to look into
 */
export async function leakedProcesses(run) {
  const lastMs = performance.now() + GRACE_MS;
  for (;;) {
    const found = await processesOf(run);
    if (found.length === 0 || performance.now() > lastMs) return found;
    await wait(POLL_MS);
  }
}

/** @param {readonly Leaked[]} leaked */
export function endAll(leaked) {
  for (const { pid } of leaked) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // ESRCH: it went on its own
    }
  }
}

/** @param {{ id: string, directory: string }} run */
async function processesOf({ id, directory }) {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (name) => {
      const [environment, command, cwd] = await Promise.all([
        readFile(`/proc/${name}/environ`, 'utf8').catch(() => ''),
        readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
        readlink(`/proc/${name}/cwd`).catch(() => ''),
      ]);
      const isOurs =
        environment.split('\0').includes(`${MARK}=${id}`) ||
        command.includes(directory) ||
        cwd.startsWith(directory);
      // A zombie has no command line: it is gone, only nobody has asked how it ended.
      if (!isOurs || command === '') return [];
      return [{ pid: Number(name), command: command.replaceAll('\0', ' ').trim() }];
    }),
  );
  return found.flat();
}
