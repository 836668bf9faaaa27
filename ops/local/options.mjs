/** The command line of `npm start`: what can be said, what it means when it is not said. */
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Failure } from './failure.mjs';

export const HELP = `Claude Code Dashboard: run, watch and steer Claude Code sessions from a browser.

usage: npm start -- [options]

  --port <number>         where to listen                        (3000)
  --host <address>        on which address; anything but loopback
                          needs TLS in front of it               (127.0.0.1)
  --projects <dir[:dir]>  sessions start inside these            (your home directory)
  --data-dir <dir>        records, users, keys
                          ($XDG_STATE_HOME/claude-code-dashboard, else ~/.local/state/…)
  --engine <tmux|pty>     what keeps terminals; tmux outlives
                          a restart                              (tmux where there is one)
  --verbose               show what the programs log, not only warnings
  --version, --help

Ctrl-C stops it. Sessions that tmux keeps go on and are found again at the next start.
`;

const PORT_MAX = 65_535;

/**
 * @typedef {object} StartOptions
 * @property {number} port
 * @property {string} host
 * @property {readonly string[]} projects absolute
 * @property {string} dataDirectory absolute
 * @property {'tmux' | 'pty' | undefined} engine undefined when none was asked for
 * @property {boolean} isVerbose
 */

/**
 * @param {readonly string[]} argv
 * @param {{ env: NodeJS.ProcessEnv, home: string, cwd: string }} where relative paths are taken from `cwd`
 * @returns {StartOptions | 'help' | 'version'}
 * @throws {Failure} naming the option, what it held and what it may hold
 */
export function parseOptions(argv, { env, home, cwd }) {
  const values = parse(argv);
  if (values.help === true) return 'help';
  if (values.version === true) return 'version';
  return {
    port: parsePort(values.port ?? '3000'),
    host: values.host ?? '127.0.0.1',
    projects: (values.projects ?? home)
      .split(delimiter)
      .filter((path) => path !== '')
      .map((path) => resolve(cwd, path)),
    dataDirectory: resolve(cwd, values['data-dir'] ?? defaultDataDirectory(env, home)),
    engine: parseEngine(values.engine),
    isVerbose: values.verbose === true,
  };
}

/** @param {readonly string[]} argv */
function parse(argv) {
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    return parseArgs({
      args: [...argv],
      options: {
        port: text,
        host: text,
        projects: text,
        'data-dir': text,
        engine: text,
        verbose: flag,
        version: flag,
        help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Failure(message, { advice: 'npm start -- --help', cause });
  }
}

/** @param {string} text */
function parsePort(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= PORT_MAX) return port;
  throw new Failure(`--port is ${JSON.stringify(text)}; it may be 1 to ${PORT_MAX}`);
}

/** @param {string | undefined} text */
function parseEngine(text) {
  if (text === undefined || text === 'tmux' || text === 'pty') return text;
  throw new Failure(`--engine is ${JSON.stringify(text)}; it may be tmux or pty`);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} home
 */
export function defaultDataDirectory(env, home) {
  const state = env['XDG_STATE_HOME'];
  // The XDG specification: a relative path is invalid and to be ignored.
  const base = state !== undefined && isAbsolute(state) ? state : join(home, '.local', 'state');
  return join(base, 'claude-code-dashboard');
}
