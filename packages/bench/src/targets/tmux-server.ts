/** A tmux server of a target's own, with our configuration, so that only the way to it differs. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AtEnd } from '@dashboard/testkit/at-end';
import { programEnvironment } from './target.ts';

const CONFIG = join(import.meta.dirname, '../../../../docker/tmux.conf');
const run = promisify(execFile);

export interface TmuxServer {
  /** Of every client, before its command. */
  readonly argv: readonly string[];
  /** @returns what it prints. @throws Error with what it complains of */
  command(...argv: string[]): Promise<string>;
  pid(): Promise<number>;
}

export async function makeTmuxServer(directory: string, atEnd: AtEnd): Promise<TmuxServer> {
  const socket = join(directory, 'tmux.sock');
  const argv = ['tmux', '-u', '-S', socket, '-f', CONFIG];
  const [file, ...options] = argv;
  const env = programEnvironment(directory);
  const command = async (...words: string[]): Promise<string> =>
    (await run(file ?? '', [...options, ...words], { env })).stdout;
  atEnd(async () => await command('kill-server').catch(() => undefined));
  await command('start-server'); // it stays without a session: exit-empty is off
  return { argv, command, pid: async () => await serverPid(socket) };
}

/** @throws Error when no server listens there */
export async function serverPid(socket: string): Promise<number> {
  const { stdout } = await run('tmux', ['-S', socket, 'display-message', '-p', '#{pid}']);
  return Number(stdout);
}
