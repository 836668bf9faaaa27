/**
 * The directory that outlives a start: records, users and keys, readable by their owner alone.
 * Keys are made once and never printed.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, Failure } from './failure.mjs';

/** sun_path has 108 bytes on Linux and 104 on macOS, and tmux appends nothing to it. */
const SOCKET_PATH_BYTES_MAX = 100;
const KEY_BYTES = 32;
const OTHERS = 0o077;

/**
 * @typedef {object} DataDirectory
 * @property {string} path
 * @property {string} worker directory of the worker's own
 * @property {string} gateway directory of the gateway's own
 * @property {string} run directory of sockets, empty after a reboot for all we know
 * @property {string} workerSocket
 * @property {string} tmuxSocket
 * @property {string} workerKeyFile
 * @property {string} jwtSecretFile
 */

/**
 * @param {string} path absolute
 * @param {{ uid: number, temporary: string }} person whose it is, and where short paths can be had
 * @returns {Promise<DataDirectory>}
 * @throws {Failure} when a directory is open to others or is not ours
 */
export async function prepareDataDirectory(path, person) {
  const secrets = join(path, 'secrets');
  const [worker, gateway] = [join(path, 'worker'), join(path, 'gateway')];
  const run = runDirectory(path, person);
  for (const each of [path, secrets, worker, gateway, run])
    await privateDirectory(each, person.uid);

  const workerKeyFile = join(secrets, 'worker.key');
  const jwtSecretFile = join(secrets, 'jwt.keys');
  await writeOnce(workerKeyFile, `${randomBytes(KEY_BYTES).toString('hex')}\n`);
  await writeOnce(jwtSecretFile, jwtKeys());
  const sockets = { workerSocket: join(run, 'worker.sock'), tmuxSocket: join(run, 'tmux.sock') };
  return { path, worker, gateway, run, workerKeyFile, jwtSecretFile, ...sockets };
}

/**
 * @param {string} path
 * @param {{ uid: number, temporary: string }} person
 */
function runDirectory(path, { uid, temporary }) {
  const run = join(path, 'run');
  if (Buffer.byteLength(join(run, 'worker.sock')) < SOCKET_PATH_BYTES_MAX) return run;
  const short = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(temporary, `ccd-${uid}-${short}`);
}

/**
 * In a directory for everybody, somebody else may have made ours before us, or a link in its place.
 *
 * @param {string} path
 * @param {number} uid
 */
async function privateDirectory(path, uid) {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid: madeBy } = await lstat(path); // of the link, where it is one
  const { mode, uid: owner } = await stat(path);
  if (madeBy !== uid || owner !== uid) throw new Failure(`${path} belongs to another user`);
  if ((mode & OTHERS) !== 0) {
    throw new Failure(`${path} is open to others`, { advice: `chmod 700 ${path}` });
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
async function writeOnce(file, text) {
  try {
    await writeFile(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    const { mode } = await stat(file);
    if ((mode & OTHERS) === 0) return;
    throw new Failure(`${file} is open to others`, { advice: `chmod 600 ${file}` });
  }
}

function jwtKeys() {
  const kid = randomBytes(4).toString('hex');
  const key = randomBytes(KEY_BYTES).toString('base64url');
  return [
    '# <key id> <32 random bytes, base64url>, one key a line, newest first.',
    '# The first signs; all verify. To rotate, put a new line on top; it is read within seconds.',
    `${kid} ${key}`,
    '',
  ].join('\n');
}
