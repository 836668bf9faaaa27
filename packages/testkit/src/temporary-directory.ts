/** A directory of a test's own, gone when the test is over. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** @returns its absolute path, without links and short enough for a socket in it */
export async function temporaryDirectory(): Promise<string> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'dashboard-')));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}
