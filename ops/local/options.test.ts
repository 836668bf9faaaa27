/** What the command line of npm start means. */
import { expect, test } from 'vitest';
import { HELP, parseOptions } from './options.mjs';

const where = { env: {}, home: '/home/ada', cwd: '/home/ada/code' };

test('without a word it serves the home directory on loopback', () => {
  expect(parseOptions([], where)).toEqual({
    port: 3000,
    host: '127.0.0.1',
    projects: ['/home/ada'],
    dataDirectory: '/home/ada/.local/state/claude-code-dashboard',
    engine: undefined,
    isVerbose: false,
  });
});

test('paths are taken from where the person stands', () => {
  const options = parseOptions(['--projects', 'a:/b:', '--data-dir', '../state'], where);
  expect(options).toMatchObject({
    projects: ['/home/ada/code/a', '/b'],
    dataDirectory: '/home/ada/state',
  });
});

test.each([
  ['/var/state', '/var/state/claude-code-dashboard'],
  ['relative', '/home/ada/.local/state/claude-code-dashboard'],
])('XDG_STATE_HOME=%s puts the data into %s', (state, dataDirectory) => {
  const env = { XDG_STATE_HOME: state };
  expect(parseOptions([], { ...where, env })).toMatchObject({ dataDirectory });
});

test.each([
  [['--port', '0'], '--port is "0"; it may be 1 to 65535'],
  [['--port', '80a'], '--port is "80a"'],
  [['--engine', 'screen'], '--engine is "screen"; it may be tmux or pty'],
  [['--prot', '80'], "Unknown option '--prot'"],
  [['stray'], 'Unexpected argument'],
])('%j is refused in words', (argv, words) => {
  expect(() => parseOptions(argv, where)).toThrow(words);
});

test('every option is in the help', () => {
  for (const name of ['port', 'host', 'projects', 'data-dir', 'engine', 'verbose']) {
    expect(HELP).toContain(`--${name} `);
  }
  expect(parseOptions(['-h'], where)).toBe('help');
  expect(parseOptions(['--version'], where)).toBe('version');
});
