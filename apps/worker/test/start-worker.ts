/** A worker in a process of its own, without a gateway: for whoever speaks to its socket by hand. */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Daemon } from '@dashboard/testkit/daemon';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { onTestFinished } from 'vitest';
import { SocketPeer } from './socket-peer.ts';

export interface TestWorker {
  readonly daemon: Daemon;
  readonly env: Readonly<Record<string, string>>;
  readonly key: Uint8Array;
  readonly socketPath: string;
  readonly projects: string;
  /** A connection that has said nothing yet. */
  readonly connect: () => Promise<SocketPeer>;
}

const MAIN = join(import.meta.dirname, '../src/main.ts');

/** @returns the worker, which has not been started */
export async function prepareWorker(
  change: Readonly<Record<string, string>> = {},
): Promise<TestWorker> {
  const directory = await temporaryDirectory();
  // Every engine is started, whichever is wanted: a tmux server outlives its worker, as it should.
  onTestFinished(async () => await killTmux(join(directory, 'run/tmux.sock')));
  const [run, projects] = [join(directory, 'run'), join(directory, 'projects')];
  await mkdir(projects);
  const key = randomBytes(32);
  const keyFile = join(directory, 'worker.key');
  await writeFile(keyFile, key.toString('hex'), { mode: 0o600 });
  const env = {
    NODE_ENV: 'test',
    PATH: process.env['PATH'] ?? '',
    HOME: projects,
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    SESSION_ENGINE: 'pty',
    WORKER_KEY_FILE: keyFile,
    DATA_DIR: join(directory, 'data'),
    RUNTIME_DIR: run,
    ALLOWED_PROJECT_ROOTS: projects,
    ...change,
  };
  const socketPath = join(run, 'worker.sock');
  const daemon = new Daemon({ name: 'worker', main: MAIN, env });
  const connect = async (): Promise<SocketPeer> => await SocketPeer.connect({ socketPath, key });
  return { daemon, env, key, socketPath, projects, connect };
}

export async function startWorker(change?: Readonly<Record<string, string>>): Promise<TestWorker> {
  const worker = await prepareWorker(change);
  await worker.daemon.start();
  return worker;
}

async function killTmux(socketPath: string): Promise<void> {
  await promisify(execFile)('tmux', ['-S', socketPath, 'kill-server']).catch(() => undefined);
}
