/**
 * `docker compose up` and nothing else, on a real engine: CONTAINERS=1 with the images built. Secrets are
 * made once, and the link for the first owner is where the documents say.
 */
import { ApiClient, GUEST_PASSWORD } from '@dashboard/testkit/api-client';
import { OWNER } from '@dashboard/testkit/stack';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose } from './compose.ts';

const PORT = '43180';
const UP_TIMEOUT_MS = 180_000;

const compose = new Compose({
  project: 'dashboard-laptop',
  files: ['compose.yml'],
  env: { PORT, LOG_LEVEL: 'trace' },
});

describe.runIf(process.env['CONTAINERS'] === '1')('docker compose up', () => {
  beforeAll(async () => await compose.up(), UP_TIMEOUT_MS);
  afterAll(async () => await compose.down(), UP_TIMEOUT_MS);

  test('the link in the log of the gateway makes the first owner', async () => {
    const setupUrl = await compose.logged('gateway', 'setup', 'url');
    expect(setupUrl).toContain(`http://localhost:${PORT}/setup#token=`);
    const owner = new ApiClient(`http://localhost:${PORT}`);
    await owner.setUp({ token: setupUrl?.split('token=')[1] ?? '', ...OWNER });
    const { directory } = await owner.startSession({ directory: '/projects' });
    expect(directory).toBe('/projects');
  });

  test('secrets are readable by their group alone, and each side has only its own', async () => {
    const list = 'cd /run/secrets && stat -c "%n %a %g" *';
    expect((await compose.inside('gateway', list)).trim().split('\n')).toEqual([
      'jwt.keys 440 10000',
      'metrics.token 440 10000',
      'worker.key 440 10000',
    ]);
    expect((await compose.inside('worker', list)).trim()).toBe('worker.key 440 10000');
  });

  test(
    'each database is backed up by its owner, and people come back from it',
    async () => {
      await compose.once('backup-worker', 'backup');
      await compose.once('backup-gateway', 'backup');
      expect(await compose.once('backup-gateway', 'verify')).toContain('gateway');
      const backups = await compose.inside('gateway', 'stat -c "%U %a" /backups/*/*');
      expect(new Set(backups.trim().split('\n'))).toEqual(new Set(['gateway 600']));
      const guest = new ApiClient(`http://localhost:${PORT}`);
      await guest.logIn(OWNER.name, OWNER.password);
      await guest.call('createUser', {
        body: { name: 'afterwards', role: 'observer', password: GUEST_PASSWORD },
      });

      await compose.run('stop', 'gateway', 'backup-gateway');
      await compose.once('backup-gateway', 'restore', 'newest');
      await compose.up();
      const owner = new ApiClient(`http://localhost:${PORT}`);
      await owner.logIn(OWNER.name, OWNER.password);
      const { users } = await owner.call('listUsers');
      expect(users.map(({ name }) => name)).toEqual([OWNER.name]);
    },
    UP_TIMEOUT_MS,
  );

  test(
    'a second start keeps the secrets, the people and the link to the worker',
    async () => {
      const sums = 'cat /run/secrets/* | sha256sum';
      const before = await compose.inside('gateway', sums);
      await compose.run('down', '--timeout', '20');
      await compose.up();
      expect(await compose.inside('gateway', sums)).toBe(before);
      const again = new ApiClient(`http://localhost:${PORT}`);
      await again.logIn(OWNER.name, OWNER.password);
      expect(await again.call('listSessions')).toBeDefined();
    },
    UP_TIMEOUT_MS,
  );
});
