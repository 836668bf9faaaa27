/** A whole dashboard for one test: a real worker and a real gateway, in directories of their own. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, mkdirSync, writeFileSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiClient } from './api-client.ts';
import { atTestEnd, type AtEnd } from './at-end.ts';
import { Daemon } from './daemon.ts';
import { isAlive } from './process-figures.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { until } from './until.ts';

const TMUX_TIMEOUT_MS = 2_000;
const APPS = join(import.meta.dirname, '../../../apps');
const GATEWAY = join(APPS, 'gateway/src/main.ts');

export interface StackOptions {
  readonly engine?: 'tmux' | 'pty';
  readonly workerEnv?: Readonly<Record<string, string>>;
  readonly gatewayEnv?: Readonly<Record<string, string>>;
  /** Unless false, the first owner has been made. */
  readonly isSetUp?: boolean;
  readonly atEnd?: AtEnd;
}

export interface Stack {
  readonly worker: Daemon;
  readonly gateway: Daemon;
  /** Where the gateway listens; stays the same when it is started again. */
  readonly url: string;
  /** The only project root. */
  readonly projects: string;
  readonly directory: string;
  /** What the gateway printed for whoever is to become the first owner. */
  readonly setupUrl: string;
  /** Logged in as the first owner. */
  readonly owner: ApiClient;
  /** What each gateway of this worker and this database is started with. */
  readonly gatewayEnv: Readonly<Record<string, string>>;
}

/** Of the person that every stack is set up with. */
export const OWNER = { name: 'owner', password: 'correct horse battery staple' } as const;

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { atEnd = atTestEnd } = options;
  const directory = await temporaryDirectory(atEnd);
  atEnd(async () => {
    await killTmux(join(directory, 'run/tmux.sock'));
    await releaseTaps(join(directory, 'run/taps'));
  });
  const projects = join(directory, 'projects');
  mkdirSync(projects);
  const { workerEnv, gatewayEnv } = environments(directory, projects);
  const engine = { SESSION_ENGINE: options.engine ?? 'tmux' };
  const worker = new Daemon(
    {
      name: 'worker',
      main: join(APPS, 'worker/src/main.ts'),
      env: { ...workerEnv, ...engine, ...options.workerEnv },
    },
    atEnd,
  );
  await worker.start();
  // Nobody takes over in a test, unless it says so.
  const env = { ...gatewayEnv, PORT: '0', DRAIN_MS: '0', ...options.gatewayEnv };
  const gateway = new Daemon({ name: 'gateway', main: GATEWAY, env }, atEnd);
  const url = String((await gateway.start())['url']);
  const setupUrl = String((await gateway.logged('setup'))['url']);
  const owner = new ApiClient(url);
  if (options.isSetUp !== false) {
    await owner.setUp({ token: setupUrl.split('token=')[1] ?? '', ...OWNER });
  }
  // The port was the system's choice; when the gateway comes back it must be the same.
  gateway.setEnv({ PORT: new URL(url).port });
  return { worker, gateway, url, projects, directory, setupUrl, owner, gatewayEnv: env };
}

/** A second gateway of the same worker and the same database, as while one replaces the other. */
export async function startGatewayBeside(
  { gatewayEnv }: Stack,
  { atEnd = atTestEnd, env = {} }: Pick<StackOptions, 'atEnd'> & { env?: typeof gatewayEnv } = {},
): Promise<{ gateway: Daemon; url: string }> {
  const options = { name: 'gateway beside', main: GATEWAY, env: { ...gatewayEnv, ...env } };
  const gateway = new Daemon(options, atEnd);
  return { gateway, url: String((await gateway.start())['url']) };
}

/** A shell that waits for the worker to open a FIFO waits for ever once worker and tmux are gone. */
async function releaseTaps(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const bothEnds = await open(join(directory, name), constants.O_RDWR | constants.O_NONBLOCK);
    await bothEnds.close();
  }
}

/**
 * A server that never ran has no socket. Before 3.8 one that is told to end waits for a control client
 * that has not read everything, also when whoever started that client is dead.
 */
async function killTmux(socketPath: string): Promise<void> {
  const tmux = async (...command: string[]): Promise<string> => {
    const argv = ['-S', socketPath, ...command];
    const ran = promisify(execFile)('tmux', argv, { timeout: TMUX_TIMEOUT_MS });
    return await ran.then(
      ({ stdout }) => stdout,
      () => '',
    );
  };
  const pid = Number(await tmux('display-message', '-p', '#{pid}'));
  await tmux('kill-server');
  if (pid === 0) return;
  const isGone = until(() => !isAlive(pid), { what: 'tmux ends', timeoutMs: TMUX_TIMEOUT_MS });
  await isGone.catch(() => process.kill(pid, 'SIGKILL'));
}

function environments(
  directory: string,
  projects: string,
): Record<'workerEnv' | 'gatewayEnv', Record<string, string>> {
  const run = join(directory, 'run');
  mkdirSync(run, { mode: 0o700 });
  const keyFile = join(directory, 'worker.key');
  writeFileSync(keyFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const jwtFile = join(directory, 'jwt.keys');
  writeFileSync(jwtFile, `test ${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  const both = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    PATH: process.env['PATH'] ?? '',
    WORKER_SOCKET: join(run, 'worker.sock'),
    WORKER_KEY_FILE: keyFile,
  };
  return {
    workerEnv: {
      ...both,
      HOME: projects,
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
      DATA_DIR: join(directory, 'worker'),
      RUNTIME_DIR: run,
      ALLOWED_PROJECT_ROOTS: projects,
    },
    gatewayEnv: { ...both, DB_PATH: join(directory, 'gateway.db'), JWT_SECRET_FILE: jwtFile },
  };
}
