/**
 * `npm test`: makes the machine ready as `npm start` does, then runs every check there is, one lane
 * after the other. The last line is "N passed, N failed", with ", N skipped" where some were.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';
import { runLane } from './lane-run.mjs';
import { lanes } from './lanes.mjs';
import { endAll, leakedProcesses, MARK } from './leaks.mjs';
import { buildPage } from './page.mjs';
import { makeReady } from './ready.mjs';
import { oneCheck, sum } from './reports.mjs';
import { Steps } from './steps.mjs';

/** @typedef {import('./reports.mjs').Counts & { name: string, seconds: number, flaky?: readonly string[] }} Row */

const run = createRun();
const HELP = `Runs all checks, or some: npm test -- --only lint,types
--coverage writes coverage/lcov.info of the unit lane, which takes longer then

${lanes('')
  .map(({ name, what }) => `  ${name.padEnd(8)} ${what}`)
  .join('\n')}
`;

const out = process.stdout;
const interrupted = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => interrupted.abort());
}

try {
  const chosen = chooseLanes();
  if (chosen === 'help') out.write(HELP);
  else process.exitCode = close(await test(chosen));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  out.write(`\n${error.message}\n${error.advice ? `→ ${error.advice}\n` : ''}`);
  process.exitCode = close([{ name: 'set-up', seconds: 0, ...oneCheck(false) }]);
}

/** A short path: Unix sockets of tests lie below it, and those have 107 bytes. */
function createRun() {
  const id = randomBytes(3).toString('hex');
  const directory = `/tmp/ccd-test-${id}`;
  return { id, directory, reportFile: join(directory, 'report.json') };
}

function chooseLanes() {
  const options = /** @type {const} */ ({
    only: { type: 'string' },
    coverage: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  });
  const { values } = parse(() => parseArgs({ options }));
  if (values.help === true) return 'help';
  const all = lanes(run.reportFile, { coverage: values.coverage ?? false });
  if (values.only === undefined) return all;
  const names = values.only.split(',');
  const unknown = names.filter((name) => !all.some((lane) => lane.name === name));
  if (unknown.length > 0) throw new Failure(`no lane ${unknown.join(', ')}\n\n${HELP}`);
  return all.filter(({ name }) => names.includes(name));
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T}
 */
function parse(read) {
  try {
    return read();
  } catch (cause) {
    throw new Failure(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * @param {ReturnType<typeof lanes>} chosen
 * @returns {Promise<readonly Row[]>}
 */
async function test(chosen) {
  const steps = new Steps(out);
  const { toolchain, missing } = await makeReady(steps, { env: process.env, use: 'test' });
  for (const { name, reason } of missing) out.write(`!! ${name} is missing: ${reason}\n`);
  const env = laneEnvironment(toolchain.env);
  await mkdir(run.directory, { recursive: true, mode: 0o700 });
  const rows = [await build(steps, toolchain)];
  for (const lane of chosen) {
    if (interrupted.signal.aborted) break;
    out.write(`\n── ${lane.name}: ${lane.what}\n`);
    const lacking = missing.map(({ name }) => name).filter((name) => lane.needs?.includes(name));
    const more = await lane.lacks?.(env);
    if (more !== undefined) lacking.push(more);
    if (lacking.length > 0) {
      out.write(`!! SKIPPED: needs ${lacking.join(', ')}\n`);
      rows.push({ name: lane.name, seconds: 0, passed: 0, failed: 0, skipped: 1 });
      continue;
    }
    const startedMs = performance.now();
    const { reportFile } = run;
    const counts = await runLane(lane, { env, reportFile, signal: interrupted.signal });
    rows.push({ name: lane.name, seconds: (performance.now() - startedMs) / 1000, ...counts });
  }
  rows.push(await nothingLeftBehind());
  await rm(run.directory, { recursive: true, force: true });
  return rows;
}

/**
 * A page that does not build fails one lane; the others still have something to say.
 *
 * @param {Steps} steps
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @returns {Promise<Row>}
 */
async function build(steps, toolchain) {
  const startedMs = performance.now();
  const seconds = () => (performance.now() - startedMs) / 1000;
  try {
    await steps.step('page', (say) => buildPage(toolchain, say));
    return { name: 'build', ...oneCheck(true), seconds: seconds() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    out.write(`${error.message}\n`);
    return { name: 'build', ...oneCheck(false), seconds: seconds() };
  }
}

/**
 * No login of the person's reaches a test, and what a test leaves behind can be found.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function laneEnvironment(env) {
  const kept = Object.entries(env).filter(([name]) => !/^(ANTHROPIC|CLAUDE)/.test(name));
  return {
    ...Object.fromEntries(kept),
    TMPDIR: run.directory,
    TURBO_TELEMETRY_DISABLED: '1',
    [MARK]: run.id,
  };
}

/** @returns {Promise<Row>} */
async function nothingLeftBehind() {
  out.write('\n── leaks: processes that outlived their test\n');
  const startedMs = performance.now();
  const leaked = await leakedProcesses(run);
  for (const { pid, command } of leaked) out.write(`left behind: ${pid} ${command}\n`);
  endAll(leaked);
  const seconds = (performance.now() - startedMs) / 1000;
  return { name: 'leaks', seconds, ...oneCheck(leaked.length === 0) };
}

/**
 * @param {readonly Row[]} rows
 * @returns {number} exit code
 */
function close(rows) {
  const cell = (/** @type {string | number} */ text) => String(text).padStart(9);
  out.write(
    `\n${'lane'.padEnd(10)}${['passed', 'failed', 'skipped', 'seconds'].map(cell).join('')}\n`,
  );
  for (const { name, passed, failed, skipped, seconds } of rows) {
    const cells = [passed, failed, skipped, seconds.toFixed(1)].map(cell).join('');
    out.write(`${name.padEnd(10)}${cells}${failed > 0 ? '  ✗' : ''}\n`);
  }
  const { passed, failed, skipped } = sum(rows);
  const flaky = rows.flatMap((row) => row.flaky ?? []);
  if (flaky.length > 0) out.write(`\npassed only the second time: ${flaky.join(', ')}\n`);
  if (interrupted.signal.aborted) out.write('\ninterrupted: not every lane was run\n');
  const more = skipped > 0 ? `, ${skipped} skipped` : '';
  out.write(`\n${passed} passed, ${failed} failed${more}\n`);
  return failed > 0 || interrupted.signal.aborted ? 1 : 0;
}
