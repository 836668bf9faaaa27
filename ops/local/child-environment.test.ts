/** Which program is told what. */
import { expect, test } from 'vitest';
import { gatewayEnvironment, workerEnvironment } from './child-environment.ts';
import type { Plan } from './plan.ts';

const plan: Plan = {
  root: '/src/dashboard',
  webRoot: '/src/dashboard/apps/web/build',
  node: '/usr/bin/node',
  nodeVersion: '24.21.0',
  host: '127.0.0.1',
  port: 3000,
  projects: ['/home/ada/code', '/srv'],
  engine: 'tmux',
  isVerbose: false,
  data: {
    path: '/d',
    worker: '/d/worker',
    gateway: '/d/gateway',
    run: '/d/run',
    workerSocket: '/d/run/worker.sock',
    tmuxSocket: '/d/run/tmux.sock',
    workerKeyFile: '/d/secrets/worker.key',
    jwtSecretFile: '/d/secrets/jwt.keys',
  },
};

const shell = {
  HOME: '/home/ada',
  PATH: '/src/dashboard/node_modules/.bin:/src/node_modules/.bin:/npm/node-gyp-bin:/opt/node_modules/.bin:/usr/bin',
  LANG: 'C.UTF-8',
  TERM: 'xterm',
  ANTHROPIC_API_KEY: 'secret',
  CLAUDE_CONFIG_DIR: '/home/ada/.claude',
  CLAUDE_CODE_ENTRYPOINT: 'cli',
  AWS_SECRET_ACCESS_KEY: 'secret',
  npm_config_cache: '/x',
};

test('the worker gets what logs an agent in, and the PATH that the person has', () => {
  const env = workerEnvironment(plan, shell);
  expect(env).toMatchObject({
    ANTHROPIC_API_KEY: 'secret',
    CLAUDE_CONFIG_DIR: '/home/ada/.claude',
    HOME: '/home/ada',
    PATH: '/opt/node_modules/.bin:/usr/bin',
    ALLOWED_PROJECT_ROOTS: '/home/ada/code:/srv',
    SESSION_ENGINE: 'tmux',
    NODE_ENV: 'production',
  });
  for (const name of ['TERM', 'CLAUDE_CODE_ENTRYPOINT', 'npm_config_cache', 'JWT_SECRET_FILE']) {
    expect(env).not.toHaveProperty(name);
  }
});

test('the gateway gets its own and a language, nothing of the person', () => {
  expect(gatewayEnvironment(plan, shell)).toEqual({
    LANG: 'C.UTF-8',
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    HOST: '127.0.0.1',
    PORT: '3000',
    DB_PATH: '/d/gateway/gateway.db',
    WORKER_SOCKET: '/d/run/worker.sock',
    WORKER_KEY_FILE: '/d/secrets/worker.key',
    JWT_SECRET_FILE: '/d/secrets/jwt.keys',
    WEB_ROOT: '/src/dashboard/apps/web/build',
    BACKUP_DIR: '/d/backups',
    DRAIN_MS: '0',
  });
});

test('logs may say more than the supervisor needs, never less', () => {
  const levelOf = (asked: string) => gatewayEnvironment(plan, { LOG_LEVEL: asked })['LOG_LEVEL'];
  expect(['debug', 'warn', 'silent'].map(levelOf)).toEqual(['debug', 'info', 'info']);
});
