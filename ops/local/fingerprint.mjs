/** Tells whether what a step works from has changed since it last succeeded. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from './failure.mjs';

/**
 * @param {readonly string[]} paths files, or directories that are read whole; absent ones count as such
 * @param {{ skip?: (name: string) => boolean, also?: readonly string[] }} [options] `skip` leaves out
 *   entries of directories by name, `also` adds words that are no files
 */
export async function fingerprint(paths, { skip = () => false, also = [] } = {}) {
  const hash = createHash('sha256');
  for (const word of also) hash.update(`${word}\0`);
  for (const path of paths) {
    for (const file of await filesOf(path, skip)) {
      hash
        .update(`${file}\0`)
        .update(await readFile(file))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @param {(name: string) => boolean} skip
 * @returns {Promise<string[]>} in an order that does not depend on the disk
 */
async function filesOf(path, skip) {
  const entries = await readdir(path, { withFileTypes: true }).catch(
    (/** @type {unknown} */ error) => {
      if (codeOf(error) === 'ENOTDIR') return undefined;
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    },
  );
  if (entries === undefined) return [path];
  const kept = entries.filter((entry) => !skip(entry.name)).map((entry) => join(path, entry.name));
  const files = await Promise.all(kept.sort().map((each) => filesOf(each, skip)));
  return files.flat();
}

/**
 * Does the work unless the stamp says that it was done for just this fingerprint.
 *
 * @param {{ stamp: string, print: string, isThere: boolean }} state `isThere`: the result still exists
 * @param {() => Promise<void>} work
 * @returns {Promise<boolean>} whether there was work to do
 */
export async function unlessStamped({ stamp, print, isThere }, work) {
  const stamped = await readFile(stamp, 'utf8').catch(() => undefined);
  if (isThere && stamped === print) return false;
  await rm(stamp, { force: true }); // work that is cut short must not look done
  await work();
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, print);
  return true;
}
