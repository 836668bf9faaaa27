/** Reads files that others write: only plain ones, never more than a bound, never waiting for a pipe. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Without O_NONBLOCK, opening a FIFO waits for somebody who writes. */
export const READ_PLAIN = constants.O_RDONLY | constants.O_NONBLOCK;

/** @returns undefined when it is missing, no plain file, too long or cannot be read */
export async function readBounded(path: string, bytesMax: number): Promise<string | undefined> {
  const file = await open(path, READ_PLAIN).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > bytesMax) return undefined;
    return await file.readFile('utf8');
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** @returns undefined also when it is no JSON */
export async function readJson(path: string, bytesMax: number): Promise<unknown> {
  try {
    return JSON.parse((await readBounded(path, bytesMax)) ?? '');
  } catch {
    return undefined;
  }
}
