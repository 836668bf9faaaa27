/** A directory of a test's own, gone when the test is over. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atTestEnd, type AtEnd } from './at-end.ts';

/** @returns its absolute path, without links and short enough for a socket in it */
export async function temporaryDirectory(atEnd: AtEnd = atTestEnd): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'dashboard-')));
  atEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}
