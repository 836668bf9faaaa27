/**
 * Finds Node 24 and pnpm 12, or installs both below .tools, so that a machine with any Node from 20
 * on and npm is enough to begin with.
 */
import { access, mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { mustRun, run } from './command.mjs';
import { TOOLS } from './places.mjs';

export const NODE_VERSION = '24.21.0';
export const PNPM_VERSION = '12.21.0';
const NODE_MAJOR_LEAST = 24;
const PNPM_MAJOR = '12';

/**
 * @typedef {object} Toolchain
 * @property {string} node absolute path of the program
 * @property {string} version of node, without "v"
 * @property {NodeJS.ProcessEnv} env for what is to find `node` and `pnpm`, and compile against them
 */

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<Toolchain>}
 */
export async function findToolchain(env, say) {
  if (isNewEnough(process.versions.node) && (await hasPnpm(env))) {
    return toolchain({ node: process.execPath, version: process.versions.node, env });
  }
  if (!(await isInstalled())) {
    say(`fetching Node ${NODE_VERSION} and pnpm ${PNPM_VERSION} into .tools`);
    await mkdir(TOOLS, { recursive: true });
    const packages = [`node@${NODE_VERSION}`, `pnpm@${PNPM_VERSION}`];
    await mustRun(['npm', 'install', '--prefix', TOOLS, '--no-save', ...packages], {
      env,
      cwd: TOOLS,
      advice: 'npm must be able to reach its registry: try npm ping',
    });
  }
  const node = join(TOOLS, 'node_modules', 'node', 'bin', 'node');
  const bin = join(TOOLS, 'node_modules', '.bin');
  const withTools = { ...env, PATH: `${bin}${delimiter}${env['PATH'] ?? ''}` };
  return toolchain({ node, version: NODE_VERSION, env: withTools });
}

/** @param {string} version */
function isNewEnough(version) {
  return Number(version.split('.')[0]) >= NODE_MAJOR_LEAST;
}

/** @param {NodeJS.ProcessEnv} env */
async function hasPnpm(env) {
  const { code, output } = await run(['pnpm', '--version'], { env });
  return code === 0 && output.startsWith(`${PNPM_MAJOR}.`);
}

async function isInstalled() {
  const versions = { node: NODE_VERSION, pnpm: PNPM_VERSION };
  for (const [name, wanted] of Object.entries(versions)) {
    const file = join(TOOLS, 'node_modules', name, 'package.json');
    const text = await readFile(file, 'utf8').catch(() => '{}');
    if (versionIn(text) !== wanted) return false;
  }
  return exists(join(TOOLS, 'node_modules', 'node', 'bin', 'node'));
}

/**
 * @param {string} manifest text of a package.json
 * @returns {string | undefined}
 */
export function versionIn(manifest) {
  /** @type {unknown} */
  const parsed = JSON.parse(manifest);
  const isObject = typeof parsed === 'object' && parsed !== null;
  return isObject && 'version' in parsed ? String(parsed.version) : undefined;
}

/**
 * Headers let node-gyp compile node-pty without a download. npm's node package keeps them beside
 * the program of the platform, a plain installation in its prefix.
 *
 * @param {Toolchain} found
 * @returns {Promise<Toolchain>}
 */
async function toolchain({ node, version, env }) {
  const platform = `node-${process.platform}-${process.arch}`;
  const modules = join(TOOLS, 'node_modules');
  const prefixes = [
    join(modules, 'node', 'node_modules', platform),
    join(modules, platform),
    dirname(dirname(node)),
  ];
  for (const prefix of node.startsWith(TOOLS) ? prefixes : prefixes.slice(-1)) {
    if (!(await exists(join(prefix, 'include', 'node', 'node_api.h')))) continue;
    return { node, version, env: { ...env, npm_config_nodedir: prefix } };
  }
  return { node, version, env };
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
