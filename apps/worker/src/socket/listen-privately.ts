/** Listens on a Unix socket that only this account can reach, and never takes one that is in use. */
import { once } from 'node:events';
import { lstat, mkdir, rm, stat } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';

/** @throws Error when the directory is open to others, or when a worker answers on the path */
export async function listenPrivately(server: Server, path: string): Promise<void> {
  await makePrivateDirectory(dirname(path));
  await removeIfStale(path);
  server.listen(path);
  await once(server, 'listening');
}

async function makePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { mode } = await stat(path); // mkdir leaves the mode of an existing directory alone
  if ((mode & 0o007) !== 0) throw new Error(`${path} is open to everybody: chmod 700 it`);
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
