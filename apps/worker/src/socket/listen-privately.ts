/** Listens on a Unix socket that only this account can reach, and never takes one that is in use. */
import { once } from 'node:events';
import { chmod, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import type { Part } from '@dashboard/runtime/lifecycle';

/** Nobody else may enter, and a gateway that enters by its group may not put a socket of its own there. */
const FORBIDDEN_MODE = 0o027;
/** To connect is to write. Whom the directory lets in, by account or by group, the socket lets in too. */
const SOCKET_MODE = 0o660;

/**
 * Before anything is opened that only one worker may have: the second of two would take the panes
 * and the database of the first, and only then find that its socket is taken.
 */
export function claimSocket(path: string): Part {
  return {
    name: 'claim of the socket',
    start: async () => await requireFree(path),
    stop: async () => undefined,
  };
}

/** @throws Error when the directory is open to others, or when a worker answers on the path */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  await requireFree(path); // again: much has been started since it was claimed
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, SOCKET_MODE);
}

async function requireFree(path: string): Promise<void> {
  await makePrivateDirectory(dirname(path));
  await removeIfStale(path);
}

async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { mode } = await stat(path); // mkdir leaves the mode of an existing directory alone
  if ((mode & FORBIDDEN_MODE) === 0) return;
  throw new Error(`${path} is open to others: chmod 700 it, or 750 for a gateway in its group`);
}

/**
 * A worker that was killed leaves its socket file, and bind(2) then fails with EADDRINUSE though
 * nobody listens. Only ECONNREFUSED on a socket proves it stale: unlinking without that proof would
 * take the socket away from a worker that is alive, or delete a file that was never ours.
 */
async function removeIfStale(path: string): Promise<void> {
  const probe = connect(path);
  try {
    await once(probe, 'connect');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return;
    if (code !== 'ECONNREFUSED' || !(await lstat(path)).isSocket()) throw error;
    return await rm(path);
  } finally {
    probe.destroy();
  }
  throw new Error(`already running: a worker answers on ${path}`);
}
