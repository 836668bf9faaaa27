/** The scripts as text: what shellcheck says of them, and that each tells how it is used. */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const SCRIPTS = globSync('ops/deploy/*.sh', { cwd: ROOT });
const ALL = globSync('ops/**/*.sh', { cwd: ROOT, exclude: ['**/node_modules'] });
const HAS_SHELLCHECK = spawnSync('shellcheck', ['--version']).status === 0;

test.skipIf(!HAS_SHELLCHECK)('shellcheck has nothing to say', () => {
  const { stdout, status } = spawnSync(
    'shellcheck',
    ['--external-sources', '--source-path=.', ...ALL],
    {
      ...{ cwd: ROOT, encoding: 'utf8' },
    },
  );
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

test('there are the scripts that the documents name', () => {
  expect(SCRIPTS.map((path) => path.slice('ops/deploy/'.length)).toSorted()).toEqual([
    ...['blue-green.sh', 'canary.sh', 'deploy.sh', 'health-check.sh', 'monitor.sh'],
    ...['rollback.sh', 'smoke.sh'],
  ]);
});

test.each(SCRIPTS)('%s --help says how it is used, and needs no environment for it', (path) => {
  const { stdout, status } = spawnSync(join(ROOT, path), ['--help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain(`${path} ENVIRONMENT`);
  expect(stdout).not.toContain('set -');
});
