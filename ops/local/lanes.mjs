/** The lanes of `npm test`, in the order in which they tell most for the time they take. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isThere } from './apt.mjs';
import { onLoopbackOnly, whyNoClaude } from './claude.mjs';
import { ROOT, WEB } from './places.mjs';

const MINUTE_MS = 60_000;
/**
 * No test changes a module or the environment of its process, so files share processes: to import
 * everything anew for each took a third of the CPU time. Most of them wait for daemons, so two at a
 * time; projects take this from the command line alone, not from the configuration of the root.
 */
const SHARED = ['--no-isolate', '--maxWorkers=2'];

/**
 * @typedef {object} Lane
 * @property {string} name for --only
 * @property {string} what
 * @property {readonly [string, ...string[]]} argv
 * @property {string} cwd
 * @property {number} timeoutMs after which it is ended and has failed
 * @property {'vitest' | 'playwright'} [report] how it counts; a lane without counts as one check
 * @property {readonly string[]} [needs] system packages without which it is skipped
 * @property {(env: NodeJS.ProcessEnv) => Promise<string | undefined>} [lacks] what else it is skipped
 *   without, in words
 */

/**
 * Of the daemons too, which the tests start as processes of their own; of those that are killed, what a
 * process wrote down last. Positions are those of the source, since Node only strips the types.
 */
const COVERAGE = [
  ...['--reporter=lcovonly', '--reporter=text-summary', '--reports-dir=coverage'],
  ...[
    '--include=apps/gateway/src/**',
    '--include=apps/worker/src/**',
    '--include=packages/*/src/**',
  ],
  ...['--exclude=**/*.test.ts', '--exclude=packages/{bench,testkit,tidy}/**'],
  ...['--check-coverage', '--lines=85', '--branches=80'],
];

/**
 * @param {string} reportFile where a lane with a report writes it
 * @param {{ coverage?: boolean }} [options] coverage: of the unit lane, into coverage/lcov.info
 * @returns {readonly Lane[]}
 */
export function lanes(reportFile, { coverage = false } = {}) {
  const bin = (/** @type {string} */ name) => join(ROOT, 'node_modules', '.bin', name);
  const vitest = ['run', '--reporter=default', '--reporter=json', `--outputFile=${reportFile}`];
  const inRoot = { cwd: ROOT, timeoutMs: 5 * MINUTE_MS };
  const inWeb = { cwd: WEB, timeoutMs: 10 * MINUTE_MS };
  /** @type {[] | [string, ...string[]]} */
  const covered = coverage ? [bin('c8'), ...COVERAGE] : [];
  /** @type {Lane[]} */
  const all = [
    { name: 'format', what: 'prettier', argv: [bin('prettier'), '--check', '.'], ...inRoot },
    {
      name: 'lint',
      what: 'eslint',
      argv: [bin('eslint'), '--max-warnings=0', '.'],
      ...inRoot,
    },
    {
      name: 'types',
      what: 'tsc, svelte-check',
      argv: [bin('turbo'), 'run', 'check', '--continue', '--output-logs=errors-only'],
      ...inRoot,
    },
    {
      name: 'tidy',
      what: 'the tree and its arrows',
      argv: [bin('vitest'), ...vitest, '--project=@dashboard/tidy'],
      report: 'vitest',
      ...inRoot,
    },
    {
      name: 'unit',
      what: 'packages, worker and gateway',
      argv: [...covered, bin('vitest'), ...vitest, ...SHARED, '--project=!@dashboard/tidy'],
      report: 'vitest',
      cwd: ROOT,
      timeoutMs: 15 * MINUTE_MS,
    },
    {
      name: 'page',
      what: 'the state behind the page',
      argv: [join(WEB, 'node_modules/.bin/vitest'), ...vitest, '--passWithNoTests'],
      report: 'vitest',
      ...inWeb,
    },
    claudeLane(bin('vitest'), vitest),
    observeLane(bin('vitest'), vitest),
    deployLane(bin('vitest'), vitest),
    {
      name: 'browser',
      what: 'the whole, in Chromium',
      argv: [join(WEB, 'node_modules/.bin/playwright'), 'test', '--reporter=list,json'],
      report: 'playwright',
      needs: ['chromium', 'fonts-dejavu-core', 'tmux'],
      ...inWeb,
    },
  ];
  return all.filter(
    ({ name }) => name !== 'browser' || existsSync(join(WEB, 'playwright.config.ts')),
  );
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Lane}
 */
function claudeLane(program, args) {
  const config = '--config=apps/gateway/test/claude/vitest.config.ts';
  return {
    name: 'claude',
    what: 'the real Claude Code, offline',
    argv: onLoopbackOnly([program, ...args, config]),
    report: 'vitest',
    needs: ['tmux'],
    lacks: whyNoClaude,
    cwd: ROOT,
    timeoutMs: 5 * MINUTE_MS,
  };
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Lane}
 */
function observeLane(program, args) {
  return {
    name: 'observe',
    what: 'metrics, rules and dashboards on a real Prometheus',
    argv: [program, ...args, '--config=ops/observability/vitest.config.ts'],
    report: 'vitest',
    needs: ['prometheus', 'prometheus-alertmanager', 'tmux'],
    cwd: ROOT,
    timeoutMs: 5 * MINUTE_MS,
  };
}

/**
 * To install nginx starts it on port 80 of a machine that has a systemd: so it is asked for, not installed.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {Lane}
 */
function deployLane(program, args) {
  return {
    name: 'deploy',
    what: 'releases exchanged behind a real nginx',
    argv: [program, ...args, '--config=ops/deploy/vitest.config.ts'],
    report: 'vitest',
    needs: ['tmux'],
    lacks: async (env) => {
      const there = await Promise.all(['nginx', 'curl', 'flock'].map((name) => isThere(name, env)));
      return there.every(Boolean) ? undefined : 'nginx, curl or flock is not installed';
    },
    cwd: ROOT,
    timeoutMs: 5 * MINUTE_MS,
  };
}
