/**
 * Refuses what cannot be launched before anything is started for it, so that a person reads the
 * reason instead of a terminal that closes at once. What changes between this look and the launch
 * shows in the pane: the program's place then says what is missing and exits with 126 or 127.
 */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { DashboardError } from '@dashboard/protocol/errors';
import type { PaneSpec } from '../session/ports.ts';

/** @throws DashboardError launch_failed with the reason in words */
export async function requireLaunchable(spec: PaneSpec): Promise<void> {
  requireExpressible(spec);
  await requireDirectory(spec.directory);
  await requireProgram(spec.argv[0]);
}

/** NUL ends every string that execve(2) takes, and "=" ends the name of a variable. */
function requireExpressible({ argv, directory, env }: PaneSpec): void {
  const texts = [...argv, directory, ...Object.keys(env), ...Object.values(env)];
  if (texts.some((text) => text.includes('\0'))) {
    throw new DashboardError('launch_failed', 'a NUL byte cannot be passed to a program');
  }
  const broken = Object.keys(env).find((name) => name === '' || name.includes('='));
  if (broken !== undefined) {
    throw new DashboardError('launch_failed', `no name of a variable: ${JSON.stringify(broken)}`);
  }
}

async function requireDirectory(directory: string): Promise<void> {
  if (!isAbsolute(directory)) throw failure('not an absolute path', directory);
  try {
    if (!(await stat(directory)).isDirectory()) throw failure('not a directory', directory);
    await access(directory, constants.X_OK);
  } catch (cause) {
    throw failure('cannot enter the directory', directory, cause);
  }
}

async function requireProgram(path: string): Promise<void> {
  if (!isAbsolute(path)) throw failure('not an absolute path', path);
  try {
    if (!(await stat(path)).isFile()) throw failure('not a program', path);
    await access(path, constants.X_OK);
  } catch (cause) {
    throw failure('cannot run', path, cause);
  }
}

function failure(what: string, path: string, cause?: unknown): DashboardError {
  if (cause instanceof DashboardError) return cause;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new DashboardError('launch_failed', `${what}: ${JSON.stringify(path)}${code}`, { cause });
}
