/** Runs one lane to its end or its deadline, in a process group of its own, and counts. */
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { countsOf, failedFiles, oneCheck } from './reports.mjs';

/** Between SIGTERM and SIGKILL, for runners that have to end browsers and daemons. */
const KILL_AFTER_MS = 10_000;
/**
 * So many files with a failed test are run a second time. On a machine that is busy with something
 * else it were three of 190; more than this are no chance, and to run them again would only take the
 * time of the lanes that come.
 */
const MAX_FILES_AGAIN = 8;

/**
 * @typedef {{ env: NodeJS.ProcessEnv, reportFile: string, signal: AbortSignal }} Options
 * @typedef {import('./reports.mjs').Counts & { flaky: readonly string[] }} Outcome with the files
 *   that passed only when they were run again
 */

/**
 * What failed is looked at again, by itself: a test that then passes was held up by the machine or
 * has a race of its own. It does not make the run red, but it is named, so that somebody mends it.
 *
 * @param {import('./lanes.mjs').Lane} lane
 * @param {Options} options
 * @returns {Promise<Outcome>}
 */
export async function runLane(lane, options) {
  const first = await runOnce(lane, lane.argv, options);
  const { counts, failed } = first;
  const isWorthIt = failed.length > 0 && failed.length <= MAX_FILES_AGAIN;
  if (!isWorthIt || options.signal.aborted) return { ...counts, flaky: [] };
  process.stdout.write(`\n── ${lane.name}, a second time: ${failed.join(', ')}\n`);
  const again = await runOnce(lane, [...lane.argv, ...failed], options);
  const mended = Math.max(0, counts.failed - again.counts.failed);
  return {
    passed: counts.passed + mended,
    failed: again.counts.failed,
    skipped: counts.skipped,
    flaky: failed.filter((file) => !again.failed.includes(file)),
  };
}

/**
 * @param {import('./lanes.mjs').Lane} lane
 * @param {import('./lanes.mjs').Lane['argv']} argv
 * @param {Options} options
 * @returns {Promise<{ counts: import('./reports.mjs').Counts, failed: readonly string[] }>}
 */
async function runOnce(lane, argv, options) {
  const { reportFile } = options;
  await rm(reportFile, { force: true });
  const code = await exitOf(lane, argv, options);
  if (lane.report === undefined) return { counts: oneCheck(code === 0), failed: [] };
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  return {
    counts: countsOf(lane.report, report, code === 0),
    failed: report === undefined ? [] : failedFiles(lane.report, report),
  };
}

/**
 * @param {import('./lanes.mjs').Lane} lane
 * @param {import('./lanes.mjs').Lane['argv']} argv
 * @param {Options} options
 * @returns {Promise<number | null>} null if a signal ended it
 */
async function exitOf(lane, [program, ...args], { env, reportFile, signal }) {
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
  return code;
}
