/**
 * The drill: a dashboard in use is backed up by the command line, lost, and restored on empty disks.
 * Prints what was lost (RPO) and how long it took (RTO). The keys are in no backup.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER, startStack } from '@dashboard/testkit/stack';
import type { SessionId } from '@dashboard/protocol/ids';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';

const CLI = join(import.meta.dirname, '../src/cli/main.ts');
const TIMEOUT_MS = 60_000;
/** Restarts both daemons and runs the command line four times. */
const TEST_TIMEOUT_MS = 120_000;

interface Ran {
  readonly code: number;
  readonly said: string;
}

/** Runs the command line as an operator does. */
async function dashboard(env: Readonly<Record<string, string>>, ...argv: string[]): Promise<Ran> {
  const path = process.env['PATH'] ?? '';
  const options = { env: { PATH: path, ...env }, timeout: TIMEOUT_MS };
  return await promisify(execFile)(process.execPath, [CLI, ...argv], options).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, said: stdout + stderr };
    },
  );
}

test(
  'what was acknowledged before a backup is there after everything was lost',
  async () => {
    const backups = await temporaryDirectory();
    const stack = await startStack({ gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '1000000' } });
    const { owner, worker, gateway, directory, projects } = stack;
    const env = {
      BACKUP_DIR: backups,
      DB_PATH: join(directory, 'gateway.db'),
      DATA_DIR: join(directory, 'worker'),
    };
    const { id } = await owner.startSession({ directory: projects });
    const written = writeUntilTold(owner, id);
    const before = await until(() => written.acknowledged() > 5 && written.acknowledged(), {
      what: 'writes are acknowledged',
    });
    const made = await dashboard(env, 'backup');
    await until(() => written.acknowledged() > before, { what: 'it goes on writing' });
    await written.stop();
    expect(made).toMatchObject({ code: 0 });

    const refused = await dashboard(env, 'restore', 'newest');
    expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('is in use') });

    const lostAtMs = performance.now();
    await gateway.kill('SIGKILL');
    await worker.kill('SIGKILL');
    for (const name of readdirSync(directory)) {
      if (name.startsWith('gateway.db')) rmSync(join(directory, name));
    }
    rmSync(join(directory, 'worker'), { recursive: true });
    const verified = await dashboard(env, 'verify');
    expect(verified).toMatchObject({ code: 0, said: expect.stringContaining('it is whole') });
    expect(await dashboard(env, 'restore', 'newest')).toMatchObject({ code: 0 });
    await worker.start();
    await gateway.start();
    const back = new ApiClient(stack.url);
    await back.logIn(OWNER.name, OWNER.password);
    const rtoMs = performance.now() - lostAtMs;
    const found = Number((await back.session(id)).name);
    expect(found).toBeGreaterThanOrEqual(before);
    expect(found).toBeLessThanOrEqual(written.acknowledged());
    await expect(owner.call('listSessions')).rejects.toMatchObject({ code: 'unauthenticated' });

    const rpo = /RPO [^\n]*/.exec(verified.said)?.[0] ?? '';
    const lost = `${written.acknowledged() - found} of ${written.acknowledged()} writes lost`;
    const rto = `RTO ${Math.round(rtoMs)} ms with restart and login`;
    process.stdout.write(`drill: ${rpo}, ${lost}; ${rto}\n`);
    expectNoKeysIn(backups, directory);
  },
  TEST_TIMEOUT_MS,
);

/** Names the session 1, 2, 3 …, each once the one before is acknowledged. */
function writeUntilTold(owner: ApiClient, id: SessionId) {
  let [acknowledged, isOver] = [0, false];
  const writing = (async () => {
    while (!isOver) {
      const name = String(acknowledged + 1);
      await owner.call('renameSession', { params: { id }, body: { name } });
      acknowledged++;
    }
  })();
  const stop = async (): Promise<void> => {
    isOver = true;
    await writing;
  };
  return { acknowledged: () => acknowledged, stop };
}

/** Every byte that any backup holds, unpacked. */
function expectNoKeysIn(backups: string, directory: string): void {
  const files = readdirSync(backups, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
  const plain = files.map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes));
  const held = Buffer.concat(plain).toString('latin1');
  const keys = ['worker.key', 'jwt.keys'].map(
    (name) => readFileSync(join(directory, name), 'utf8').trim().split(' ').at(-1) ?? '',
  );
  for (const secret of [...keys, OWNER.password]) {
    expect(secret.length).toBeGreaterThan(20);
    expect(held.includes(secret)).toBe(false);
  }
}
