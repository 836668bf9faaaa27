/**
 * `npm run dashboard -- …`: the command line of apps/gateway/src/cli for what `npm start` has started:
 * with the Node that was installed here, and the places of the data directory.
 */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from './failure.mjs';
import { defaultDataDirectory } from './options.mjs';
import { ROOT } from './places.mjs';
import { findToolchain } from './toolchain.mjs';

const env = process.env;

try {
  const { data, argv } = takeDataDirectory(process.argv.slice(2));
  const { node } = await findToolchain(env, (text) => process.stderr.write(`${text}\n`));
  const places = {
    BACKUP_DIR: join(data, 'backups'),
    DB_PATH: join(data, 'gateway', 'gateway.db'),
    DATA_DIR: join(data, 'worker'),
    JWT_SECRET_FILE: join(data, 'secrets', 'jwt.keys'),
  };
  const main = join(ROOT, 'apps', 'gateway', 'src', 'cli', 'main.ts');
  const child = spawn(node, [main, ...argv], { env: { ...places, ...env }, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT'])) {
    process.on(signal, () => child.kill(signal));
  }
  process.exitCode = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`${error.message}\n${error.advice ? `→ ${error.advice}\n` : ''}`);
  process.exitCode = error.exitCode;
}

/**
 * The only option of our own, as `npm start` has it.
 *
 * @param {readonly string[]} given
 */
function takeDataDirectory(given) {
  const at = given.indexOf('--data-dir');
  if (at === -1) return { data: defaultDataDirectory(env, homedir()), argv: given };
  const path = given[at + 1];
  if (path === undefined) throw new Failure('--data-dir names no directory');
  const argv = [...given.slice(0, at), ...given.slice(at + 2)];
  return { data: resolve(env['INIT_CWD'] ?? process.cwd(), path), argv };
}
