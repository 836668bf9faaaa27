/** Runs one lane to its end or its deadline, in a process group of its own, and counts. */
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { countsOf, oneCheck } from './reports.mjs';

/** Between SIGTERM and SIGKILL, for runners that have to end browsers and daemons. */
const KILL_AFTER_MS = 10_000;

/**
 * @param {import('./lanes.mjs').Lane} lane
 * @param {{ env: NodeJS.ProcessEnv, reportFile: string, signal: AbortSignal }} options
 * @returns {Promise<import('./reports.mjs').Counts>}
 */
export async function runLane(lane, { env, reportFile, signal }) {
  await rm(reportFile, { force: true });
  const [program, ...args] = lane.argv;
  const child = spawn(program, args, {
    cwd: lane.cwd,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  /** @param {NodeJS.Signals} name */
  const kill = (name) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
  };
  const end = () => {
    kill('SIGTERM');
    setTimeout(() => kill('SIGKILL'), KILL_AFTER_MS).unref();
  };
  const late = setTimeout(() => {
    process.stdout.write(`${lane.name} took longer than ${lane.timeoutMs / 60_000} min\n`);
    end();
  }, lane.timeoutMs);
  signal.addEventListener('abort', end);

  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', resolve);
  });
  clearTimeout(late);
  signal.removeEventListener('abort', end);
  if (lane.report === undefined) return oneCheck(code === 0);
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  return countsOf(lane.report, report, code === 0);
}
