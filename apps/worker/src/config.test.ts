/** The environment of the worker: what it may say, and what a person is told who says it wrong. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError, type Environment } from '@dashboard/runtime/config';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, test } from 'vitest';
import { BUILT_IN_PROFILES } from './agent/index.ts';
import { parseWorkerConfig } from './config.ts';
import { SESSION_IDLE_TIMEOUT_MS_MAX, SOCKET_PATH_BYTES_MAX } from './limits.ts';

const KEY = 'ab'.repeat(32);

/** The least that a worker must be told. */
async function environment(change: Environment = {}): Promise<Environment> {
  const keyFile = join(await temporaryDirectory(), 'worker.key');
  await writeFile(keyFile, `${KEY}\n`, { mode: 0o600 });
  return {
    DATA_DIR: '/data',
    WORKER_KEY_FILE: keyFile,
    ALLOWED_PROJECT_ROOTS: '/projects',
    ...change,
  };
}

function problemsOf(env: Environment): readonly string[] {
  try {
    parseWorkerConfig(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test('the least gives defaults for the rest', async () => {
  expect(parseWorkerConfig(await environment())).toEqual({
    environment: 'production',
    release: expect.stringMatching(/^\d+\.\d+\.\d+/),
    logLevel: 'info',
    databasePath: '/data/sessions.db',
    runtimeDirectory: '/data/run',
    socketPath: '/data/run/worker.sock',
    hookSocketPath: '/data/run/hooks.sock',
    key: Buffer.from(KEY, 'hex'),
    projectRoots: ['/projects'],
    engine: 'auto',
    profiles: BUILT_IN_PROFILES,
    resumesLostSessions: true,
    sessionsMax: 100,
    idleTimeoutMs: 0,
  });
});

test('everything can be said', async () => {
  const env = await environment({
    NODE_ENV: 'development',
    LOG_LEVEL: 'debug',
    RUNTIME_DIR: '/run/dashboard',
    WORKER_SOCKET: '/run/shared/w.sock',
    ALLOWED_PROJECT_ROOTS: '/a:/b c , /d,',
    SESSION_ENGINE: 'pty',
    RESUME_LOST_SESSIONS: 'off',
    SESSIONS_MAX: '500',
    SESSION_IDLE_TIMEOUT_MS: '60000',
  });
  expect(parseWorkerConfig(env)).toMatchObject({
    environment: 'development',
    logLevel: 'debug',
    runtimeDirectory: '/run/dashboard',
    socketPath: '/run/shared/w.sock',
    projectRoots: ['/a', '/b c', '/d'],
    engine: 'pty',
    resumesLostSessions: false,
    sessionsMax: 500,
    idleTimeoutMs: 60_000,
  });
});

test('an empty variable is an unset one', async () => {
  const env = await environment({ RUNTIME_DIR: '', WORKER_SOCKET: '', SESSIONS_MAX: '' });
  expect(parseWorkerConfig(env)).toMatchObject({
    socketPath: '/data/run/worker.sock',
    sessionsMax: 100,
  });
});

test('nothing at all is three problems, all at once', () => {
  const problems = problemsOf({});
  expect(problems.map((problem) => problem.split(' ').slice(0, 3).join(' ')).sort()).toEqual([
    'ALLOWED_PROJECT_ROOTS is missing',
    'DATA_DIR is missing',
    'WORKER_KEY_FILE is missing',
  ]);
});

test('several mistakes are told at once, each by its variable', async () => {
  const problems = problemsOf({
    DATA_DIR: 'data',
    WORKER_KEY_FILE: join(await temporaryDirectory(), 'no-such'),
    ALLOWED_PROJECT_ROOTS: 'projects:../x:/fine',
    SESSION_ENGINE: 'screen',
    RESUME_LOST_SESSIONS: 'claude',
    SESSIONS_MAX: '501',
    SESSION_IDLE_TIMEOUT_MS: '999',
    LOG_LEVEL: 'loud',
  }).join('\n');
  for (const line of [
    /^DATA_DIR .*"data".*absolute/m,
    /^WORKER_KEY_FILE: .*ENOENT/m,
    /^ALLOWED_PROJECT_ROOTS: "projects" is not absolute/m,
    /^ALLOWED_PROJECT_ROOTS: "\.\.\/x" is not absolute/m,
    /^SESSION_ENGINE must be one of tmux, pty, auto, not "screen"/m,
    /^RESUME_LOST_SESSIONS must be one of on, off, not "claude"/m,
    /^SESSIONS_MAX must be <= 500/m,
    /^SESSION_IDLE_TIMEOUT_MS must be 0 \(never\) or at least 1000/m,
    /^LOG_LEVEL must be one of .*info/m,
  ]) {
    expect(problems).toMatch(line);
  }
});

test.each([
  ['SESSIONS_MAX', '0'],
  ['SESSIONS_MAX', '1.5'],
  ['SESSIONS_MAX', 'many'],
  ['SESSION_IDLE_TIMEOUT_MS', '-1'],
  ['SESSION_IDLE_TIMEOUT_MS', '1'],
  ['SESSION_IDLE_TIMEOUT_MS', String(SESSION_IDLE_TIMEOUT_MS_MAX + 1)],
  ['ALLOWED_PROJECT_ROOTS', ' : , '],
  ['RUNTIME_DIR', 'run'],
  ['RUNTIME_DIR', `/${'r'.repeat(SOCKET_PATH_BYTES_MAX)}`],
  ['WORKER_SOCKET', `/${'é'.repeat(SOCKET_PATH_BYTES_MAX / 2)}`],
])('%s=%s is refused', async (name, value) => {
  const problems = problemsOf(await environment({ [name]: value }));
  expect(problems).toEqual([expect.stringContaining(name)]);
});

test('a key that is short or open to everybody is refused, and never shown', async () => {
  const file = join(await temporaryDirectory(), 'key');
  await writeFile(file, 'abcd', { mode: 0o600 });
  expect(problemsOf(await environment({ WORKER_KEY_FILE: file }))).toEqual([
    expect.stringMatching(/^WORKER_KEY_FILE: .*32 random bytes/),
  ]);
  const open = join(await temporaryDirectory(), 'key');
  await writeFile(open, KEY, { mode: 0o644 });
  const [problem] = problemsOf(await environment({ WORKER_KEY_FILE: open }));
  expect(problem).toMatch(/chmod 600/);
  expect(problem).not.toContain(KEY);
});
