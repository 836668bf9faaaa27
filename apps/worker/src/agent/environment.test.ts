/** What a session may know of the worker's environment. S37, S39. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sessionEnvironment } from './environment.ts';

test('what people and agents need is passed on', () => {
  const own = {
    HOME: '/home/zoe',
    PATH: '/usr/bin',
    LANG: 'de_DE.UTF-8',
    LC_TIME: 'en_GB.UTF-8',
    XDG_CONFIG_HOME: '/home/zoe/.config',
    SSH_AUTH_SOCK: '/run/agent',
    HTTPS_PROXY: 'http://proxy:3128',
    no_proxy: 'localhost',
    ANTHROPIC_API_KEY: 'sk-ant-dummy',
    CLAUDE_CONFIG_DIR: '/home/zoe/.claude-work',
    CLAUDE_CODE_OAUTH_TOKEN: 'dummy',
  };
  expect(sessionEnvironment(own)).toEqual({
    ...own,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
  });
});

test.each([
  'WORKER_KEY',
  'WORKER_KEY_FILE',
  'JWT_SECRET',
  'JWT_SECRET_FILE',
  'DATA_DIR',
  'DATABASE_URL',
  'NODE_OPTIONS',
  'NODE_ENV',
  'LD_PRELOAD',
  'LD_LIBRARY_PATH',
  'BASH_ENV',
  'ENV',
  'PROMPT_COMMAND',
  'GIT_SSH_COMMAND',
  'TMUX',
  'TMUX_PANE',
  'CLAUDECODE',
  'CLAUDE_CODE_SESSION_ID',
  'CLAUDE_CODE_CHILD_SESSION',
  'CLAUDE_CODE_MESSAGING_SOCKET',
  'CLAUDE_CODE_ENTRYPOINT',
  'npm_config_registry',
  'AWS_SECRET_ACCESS_KEY',
])('%s stays with the worker', (name) => {
  expect(sessionEnvironment({ [name]: 'canary' })).not.toHaveProperty(name);
});

test('the terminal is ours to describe, and the encoding is said at least once', () => {
  expect(sessionEnvironment({ TERM: 'dumb', COLORTERM: '' })).toEqual({
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    LANG: 'C.UTF-8',
  });
  expect(sessionEnvironment({ LANG: '', LC_ALL: 'C' })).toMatchObject({ LC_ALL: 'C', LANG: '' });
});

test('an unset variable is no variable, and no name is special', () => {
  expect(sessionEnvironment({ HOME: undefined })).not.toHaveProperty('HOME');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (own) => {
      const env = sessionEnvironment(own);
      for (const value of Object.values(env)) expect(typeof value).toBe('string');
    }),
  );
});
