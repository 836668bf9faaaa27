/**
 * node-pty, as far as it is used: to fork a program on a new PTY and to resize it. What it builds
 * around these in JavaScript loses output: it takes a hangup for the end while bytes wait (node-pty
 * #72), and drops what a paused terminal has not read 200 ms after the exit.
 */
import { DashboardError } from '@dashboard/protocol/errors';

/** What fork(2) gave. The master is not blocking. */
export interface Fork {
  readonly fd: number;
  readonly pid: number;
  /** Path of the slave. */
  readonly pty: string;
}

export interface ForkOptions {
  readonly argv: readonly [string, ...string[]];
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cols: number;
  readonly rows: number;
  /** Once, when the program has been waited for; 0 stands for "no signal". */
  readonly onExit: (code: number, signal: number) => void;
}

export interface NativePty {
  fork(options: ForkOptions): Fork;
  resize(fd: number, cols: number, rows: number): void;
}

type AnyFunction = (...args: readonly unknown[]) => unknown;

const KEEP_ID = -1;
const IS_UTF8 = true;
/** Needed on macOS only, where a program of its own forks. */
const SPAWN_HELPER = '../build/Release/spawn-helper';

/** @throws DashboardError launch_failed where node-pty has not been compiled */
export async function loadNativePty(): Promise<NativePty> {
  const native = await import('node-pty').then(
    (module: unknown) => find(module, 'native') ?? find(find(module, 'default'), 'native'),
    (cause: unknown) => {
      throw new DashboardError('launch_failed', 'node-pty is not built for this machine', {
        cause,
        hint: 'pnpm rebuild node-pty (needs python3, make and a C++ compiler), or use tmux',
      });
    },
  );
  return wrap(requireFunction(native, 'fork'), requireFunction(native, 'resize'));
}

function wrap(fork: AnyFunction, resize: AnyFunction): NativePty {
  return {
    fork({ argv: [file, ...args], directory, env, cols, rows, onExit }) {
      const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      const ids = [KEEP_ID, KEEP_ID, IS_UTF8, SPAWN_HELPER, onExit];
      return parseFork(fork(file, args, pairs, directory, cols, rows, ...ids));
    },
    resize: (fd, cols, rows) => void resize(fd, cols, rows),
  };
}

function parseFork(forked: unknown): Fork {
  const [fd, pid, pty] = [find(forked, 'fd'), find(forked, 'pid'), find(forked, 'pty')];
  if (typeof fd === 'number' && typeof pid === 'number' && typeof pty === 'string') {
    return { fd, pid, pty };
  }
  throw new DashboardError('launch_failed', 'this release of node-pty is not known here');
}

function requireFunction(module: unknown, name: string): AnyFunction {
  const found = find(module, name);
  if (typeof found === 'function')
    return (...args): unknown => Reflect.apply(found, undefined, args);
  throw new DashboardError('launch_failed', 'this release of node-pty is not known here');
}

function find(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  return Reflect.get(object, name);
}
