/**
 * `npm start`: makes a machine with Node 20, npm and perhaps apt ready for the dashboard, then hands
 * over to main.ts, which needs what was installed here. Plain JavaScript without dependencies.
 */
import { spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isThere } from './apt.mjs';
import { prepareDataDirectory } from './data-directory.mjs';
import { Failure } from './failure.mjs';
import { hasPtyEngine } from './install.mjs';
import { requireFreePort, requireNoOther } from './occupied.mjs';
import { HELP, parseOptions } from './options.mjs';
import { buildPage } from './page.mjs';
import { ROOT, WEB_BUILD } from './places.mjs';
import { makeReady } from './ready.mjs';
import { Steps } from './steps.mjs';
import { versionIn } from './toolchain.mjs';

/** @typedef {import('./options.mjs').StartOptions} StartOptions */
/** @typedef {import('./toolchain.mjs').Toolchain} Toolchain */

const env = process.env;

try {
  const where = { env, home: homedir(), cwd: env['INIT_CWD'] ?? process.cwd() };
  const options = parseOptions(process.argv.slice(2), where);
  if (options === 'help') process.stdout.write(HELP);
  else if (options === 'version') process.stdout.write(`${await version()}\n`);
  else process.exitCode = await start(options);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`\n${error.message}\n${error.advice ? `→ ${error.advice}\n` : ''}`);
  process.exitCode = error.exitCode;
}

async function version() {
  return versionIn(await readFile(join(ROOT, 'package.json'), 'utf8'));
}

/** @param {StartOptions} options */
async function start(options) {
  await requireFreePort(options.port, options.host);
  for (const project of options.projects) await requireDirectory(project);
  const person = { uid: userInfo().uid, temporary: tmpdir() };
  const data = await prepareDataDirectory(options.dataDirectory, person);
  await requireNoOther(data);

  const steps = new Steps(process.stdout);
  const { toolchain, missing } = await makeReady(steps, { env, use: 'start' });
  for (const { name, reason } of missing) process.stdout.write(`! ${name} is missing: ${reason}\n`);
  await steps.step('page', (say) => buildPage(toolchain, say));
  const engine = await chooseEngine(options.engine);
  return handOver(toolchain, {
    ...options,
    engine,
    data,
    root: ROOT,
    webRoot: WEB_BUILD,
  });
}

/** @param {string} path */
async function requireDirectory(path) {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new Failure(`--projects: no directory ${path}`);
}

/**
 * @param {StartOptions['engine']} wanted
 * @returns {Promise<'tmux' | 'pty'>}
 */
async function chooseEngine(wanted) {
  const has = { tmux: await isThere('tmux', env), pty: await hasPtyEngine(env) };
  if (wanted !== undefined && !has[wanted]) {
    const packages = wanted === 'tmux' ? 'tmux' : 'python3 make g++';
    throw new Failure(`there is no ${wanted} engine here`, {
      advice: `install ${packages}, then start again`,
    });
  }
  if (wanted !== undefined) return wanted;
  if (has.tmux) return 'tmux';
  if (!has.pty) {
    throw new Failure('nothing here can keep a terminal', {
      advice: 'install tmux (or python3 make g++ for the pty engine), then start again',
    });
  }
  process.stdout.write('! no tmux: using the pty engine, whose sessions end with this program\n');
  return 'pty';
}

/**
 * The supervisor gets a process group of its own, so that a Ctrl-C reaches it once, through here,
 * and not a second time from the terminal. Over the channel it notices when this process is killed.
 *
 * @param {Toolchain} toolchain
 * @param {object} plan read by plan.ts
 * @returns {Promise<number>} exit code
 */
function handOver({ node, version: nodeVersion }, plan) {
  const json = JSON.stringify({ ...plan, node, nodeVersion });
  const supervisor = spawn(node, [join(ROOT, 'ops/local/main.ts'), json], {
    env,
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => supervisor.kill(signal));
  }
  return new Promise((resolve, reject) => {
    supervisor.once('error', reject);
    supervisor.once('exit', (code) => resolve(code ?? 1));
  });
}
