/** Programs that Debian gives and npm cannot: what they are for, and how to get the missing ones. */
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './command.mjs';

/**
 * @typedef {object} SystemPackage
 * @property {string} name as apt knows it
 * @property {string} proof a program on PATH, or the absolute path of a file it brings
 * @property {string} reason what is lost without it
 * @property {'start' | 'test'} neededBy tests need what a start needs, too
 * @property {true} [compiles] needed only to build the pty engine
 */

/** @type {readonly SystemPackage[]} */
export const SYSTEM_PACKAGES = [
  {
    name: 'tmux',
    proof: 'tmux',
    reason: 'keeps sessions alive while the worker restarts',
    neededBy: 'start',
  },
  ...['python3', 'make', 'g++'].map((name) => {
    const reason = 'compiles node-pty, the pty engine';
    return /** @type {const} */ ({ name, proof: name, reason, neededBy: 'start', compiles: true });
  }),
  { name: 'chromium', proof: 'chromium', reason: 'browser tests', neededBy: 'test' },
  {
    name: 'fonts-dejavu-core',
    proof: '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf',
    reason: 'a browser without fonts draws no terminal',
    neededBy: 'test',
  },
  {
    name: 'procps',
    proof: 'ps',
    reason: 'tests ask ps about processes and memory',
    neededBy: 'test',
  },
  { name: 'prometheus', proof: 'promtool', reason: 'rules and dashboards', neededBy: 'test' },
  { name: 'prometheus-alertmanager', proof: 'amtool', reason: 'who is told', neededBy: 'test' },
];

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {{ use: 'start' | 'test', hasPty: boolean }} wants
 * @returns {Promise<readonly SystemPackage[]>} those that are not there
 */
export async function missingPackages(env, { use, hasPty }) {
  const wanted = SYSTEM_PACKAGES.filter(
    ({ neededBy, compiles }) => (neededBy === 'start' || use === 'test') && !(compiles && hasPty),
  );
  const there = await Promise.all(wanted.map(({ proof }) => isThere(proof, env)));
  return wanted.filter((_each, index) => !there[index]);
}

/**
 * @param {string} proof
 * @param {NodeJS.ProcessEnv} env
 */
export async function isThere(proof, env) {
  const directories = proof.startsWith('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  const found = directories.map((directory) => access(join(directory, proof)));
  return Promise.any(found).then(
    () => true,
    () => false,
  );
}

/**
 * Installs through apt where that needs no password.
 *
 * @param {readonly SystemPackage[]} packages
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} why it was not possible
 */
export async function aptInstall(packages, env) {
  const apt = await aptCommand(env);
  if (apt === undefined) return 'apt-get needs root, or sudo without a password';
  const names = packages.map(({ name }) => name);
  const install = /** @type {const} */ ([...apt, 'install', '-y', '--no-install-recommends']);
  const quiet = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } };
  const first = await run([...install, ...names], quiet);
  if (first.code === 0) return undefined;
  // A fresh image has no package lists at all, an old one has lists of versions that are gone.
  await run([...apt, 'update'], quiet);
  const second = await run([...install, ...names], quiet);
  return second.code === 0 ? undefined : second.output.trim().split('\n').at(-1);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<[string, ...string[]] | undefined>}
 */
async function aptCommand(env) {
  if (!(await isThere('apt-get', env))) return undefined;
  if (process.getuid?.() === 0) return ['apt-get'];
  const { code } = await run(['sudo', '-n', 'true'], { env });
  return code === 0 ? ['sudo', '-n', 'apt-get'] : undefined;
}
