/** S38, S40: where the worker listens: a directory of its own, and never a socket that another worker answers on. */
import { chmodSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Daemon } from '@dashboard/testkit/daemon';
import { describe, expect, test } from 'vitest';
import { prepareWorker, startWorker, type TestWorker } from '../../test/start-worker.ts';

const OPEN_MODES = [0o755, 0o777, 0o707, 0o701, 0o770, 0o720];

async function startAgain(
  worker: TestWorker,
  change: Record<string, string> = {},
): Promise<Daemon> {
  const main = `${import.meta.dirname}/../main.ts`;
  const second = new Daemon({ name: 'second', main, env: { ...worker.env, ...change } });
  await expect(second.start()).rejects.toThrow(/ended/);
  return second;
}

test('the directory is made for this account alone', async () => {
  const { socketPath } = await startWorker();
  expect(statSync(dirname(socketPath)).mode & 0o777).toBe(0o700);
  expect(lstatSync(socketPath).isSocket()).toBe(true);
});

test('a directory that others may enter is refused, with the mode that it needs', async () => {
  const worker = await prepareWorker();
  mkdirSync(dirname(worker.socketPath));
  for (const mode of OPEN_MODES) {
    chmodSync(dirname(worker.socketPath), mode);
    const { daemon } = worker;
    await expect(daemon.start(), mode.toString(8)).rejects.toThrow(/chmod 700/);
    expect(existsSync(worker.socketPath)).toBe(false);
  }
  chmodSync(dirname(worker.socketPath), 0o750);
  await worker.daemon.start();
});

test('whom the directory lets in by its group, the socket lets in too', async () => {
  const { socketPath } = await startWorker();
  expect((statSync(socketPath).mode & 0o777).toString(8)).toBe('660');
});

test('the socket that a killed worker left is replaced', async () => {
  const worker = await startWorker();
  await worker.daemon.kill('SIGKILL');
  expect(existsSync(worker.socketPath)).toBe(true);
  await worker.daemon.start();
  const peer = await worker.connect();
  expect(await peer.greet({ for: 'requests' })).toHaveProperty('proof');
});

test('a file that is no socket is left alone', async () => {
  const worker = await prepareWorker();
  mkdirSync(dirname(worker.socketPath), { mode: 0o700 });
  writeFileSync(worker.socketPath, 'mine');
  await expect(worker.daemon.start()).rejects.toThrow(/ended/);
  expect(statSync(worker.socketPath).size).toBe(4);
});

describe.each(['tmux', 'pty'] as const)('%s', (engine) => {
  test('a second worker says that one runs already, and disturbs neither it nor its sessions', async () => {
    const worker = await startWorker({ SESSION_ENGINE: engine });
    const gateway = await worker.connect();
    await gateway.greet({ for: 'requests' });
    const session = { name: 'x', profile: 'shell', directory: worker.projects };
    const { result } = await gateway.request({ method: 'sessions.create', params: { session } });
    const before = result as { id: string; pid: number };
    const second = await startAgain(worker);
    const said = JSON.stringify([second.entries, second.stderr]);
    expect(said).toContain(`already running: a worker answers on ${worker.socketPath}`);
    expect(
      await gateway.request({ method: 'sessions.get', params: { id: before.id } }),
    ).toMatchObject({ result: { pid: before.pid, phase: 'running' } });
    expect(worker.daemon.entries.filter(({ level }) => level === 'error')).toEqual([]);
    expect(second.entries.map(({ event }) => event)).not.toContain('recovered');
  });
});
