/** Limits of the kernel on a process that runs already, as prlimit(1) sets them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The soft limit alone: no right is needed to take it back. */
export async function setLimit(
  pid: number,
  resource: 'fsize' | 'nofile',
  to: number | 'unlimited',
): Promise<void> {
  await promisify(execFile)('prlimit', [`--pid=${pid}`, `--${resource}=${to}:`]);
}
