/** From the wish to the end of a session: made once, bounded, ended, forgotten, and told to everybody. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REST } from '@dashboard/protocol/rest';
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { describe, expect, test } from 'vitest';
import { EventStream } from './event-stream.ts';
import { sharedStack } from './shared-stack.ts';

const END_GRACE_MS = 5_000;

describe.each(['tmux', 'pty'] as const)('%s', (engine) => {
  const stack = sharedStack({ engine, gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' } });

  const start = async (key?: string): Promise<SessionSummary> => {
    const body = { name: 'one', profile: 'shell', directory: stack().projects };
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return await stack().owner.call('createSession', { body, headers });
  };
  const end = async (id: SessionId): Promise<SessionSummary> =>
    await stack().owner.call('endSession', { params: { id } });
  const remove = async (id: SessionId): Promise<unknown> =>
    await stack().owner.call('removeSession', { params: { id } });
  const list = async (): Promise<SessionId[]> =>
    (await stack().owner.call('listSessions')).sessions.map(({ id }) => id);
  const waitForEnd = async (id: SessionId): Promise<SessionSummary> =>
    await until(
      async () => {
        const session = await stack().owner.session(id);
        return session.phase === 'exited' && session;
      },
      { what: 'the session ends', timeoutMs: 3 * END_GRACE_MS },
    );

  test('one key makes one session, one after the other and all at once', async () => {
    const before = await list();
    const first = await start('key-number-one');
    expect((await start('key-number-one')).id).toBe(first.id);
    const many = await Promise.all(
      Array.from({ length: 10 }, async () => await start('at-once-1')),
    );
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
    expect((await list()).length).toBe(before.length + 2);
    const ben = await stack().owner.invite(`ben-${engine}`, 'operator');
    const body = { name: 'one', profile: 'shell', directory: stack().projects };
    const headers = { 'idempotency-key': 'key-number-one' };
    expect((await ben.call('createSession', { body, headers })).id).not.toBe(first.id);
    for (const key of ['short', 'x'.repeat(65), 'with blank', 'ümlaut-key']) {
      await expect(start(encodeURI(key))).rejects.toMatchObject({ code: 'invalid_request' });
    }
  });

  test('to end is to hang up, which a shell obeys', async () => {
    const { id } = await start();
    const client = await new TerminalClient(stack().owner, id).attach();
    await client.waitForText('#');
    expect(await end(id)).toMatchObject({ id });
    expect(await client.waitForFrame('exited')).toMatchObject({ isLost: false });
    expect(await waitForEnd(id)).toMatchObject({ exitSignal: 1, exitCode: null, pid: null });
    await expect(end(id)).rejects.toMatchObject({ code: 'session_ended' });
  });

  test('a program that ignores the hangup is killed when its time is up', async () => {
    const { id } = await start();
    const client = await new TerminalClient(stack().owner, id).attach();
    client.type(`trap '' HUP TERM; echo rea""dy; while :; do sleep 1; done\r`);
    await client.waitForText('ready\r\n');
    const startedAt = performance.now();
    await end(id);
    expect(await waitForEnd(id)).toMatchObject({ exitSignal: 9 });
    expect(performance.now() - startedAt).toBeGreaterThan(END_GRACE_MS - 100);
    expect(performance.now() - startedAt).toBeLessThan(END_GRACE_MS + 3_000);
  });

  test('a session that runs is not forgotten; one that has ended is, for good', async () => {
    const { id } = await start();
    await expect(remove(id)).rejects.toMatchObject({ code: 'conflict' });
    const client = await new TerminalClient(stack().owner, id).attach();
    client.type('exit 3\r');
    expect(await waitForEnd(id)).toMatchObject({ exitCode: 3 });
    await remove(id);
    expect(await client.waitForClose()).toBe(4404);
    expect(client.frames.at(-1)).toMatchObject({ type: 'closing', reason: 'removed' });
    await expect(stack().owner.session(id)).rejects.toMatchObject({ code: 'session_not_found' });
    await expect(remove(id)).rejects.toMatchObject({ code: 'session_not_found' });
    expect(await list()).not.toContain(id);
  });

  test('one that is forgotten while it ends does not come back with the worker', async () => {
    const { owner, worker } = stack();
    const ids: SessionId[] = [];
    for (let round = 0; round < 5; round++) {
      const { id } = await start();
      const client = await new TerminalClient(owner, id).attach();
      client.type('seq 3000; exit\r');
      await until(
        async () => {
          const removing = remove(id).then(() => true);
          return await removing.catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'conflict' });
            return false;
          });
        },
        { what: 'the session may be forgotten' },
      );
      ids.push(id);
    }
    await worker.kill('SIGTERM');
    await worker.start();
    const known = await until(async () => await list().catch(() => undefined), { what: 'a list' });
    expect(known.filter((id) => ids.includes(id))).toEqual([]);
  });

  test('a new name is seen by everybody who watches', async () => {
    const { owner } = stack();
    const { id } = await start();
    const guest = await owner.invite(`watcher-${engine}`, 'observer');
    const stream = await EventStream.open(guest);
    await stream.waitFor('the worker', (event) => event.type === 'worker' && event.isConnected);
    const name = `renamed ${randomUUID()}`;
    await owner.call('renameSession', { params: { id }, body: { name } });
    await stream.waitFor(
      'the name',
      (event) => event.type === 'session' && event.session.name === name,
    );
    expect(await guest.session(id)).toMatchObject({ name });
  });
});

test('no more sessions run than may, also when many are asked for at once', async () => {
  const { owner, projects } = await startStack({ engine: 'pty', workerEnv: { SESSIONS_MAX: '2' } });
  const asked = await Promise.allSettled(
    Array.from({ length: 6 }, async () => await owner.startSession({ directory: projects })),
  );
  const refused = asked.filter((one) => one.status === 'rejected');
  expect(refused.map(({ reason }: { reason: { code: string } }) => reason.code)).toEqual(
    Array(4).fill('too_many_sessions'),
  );
  const response = await fetch(new URL(REST.createSession.path, owner.url), {
    method: 'POST',
    headers: { origin: owner.url, cookie: owner.cookieHeader, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'x', profile: 'shell', directory: projects }),
  });
  expect(response.status).toBe(429);
  const [one] = (await owner.call('listSessions')).sessions;
  await owner.call('endSession', { params: { id: one?.id ?? '' } });
  await until(
    async () => await owner.startSession({ directory: projects }).catch(() => undefined),
    {
      what: 'the place of an ended session is free',
    },
  );
});

test.each(['tmux', 'pty'] as const)(
  '%s: a session whose program cannot be started leaves nothing behind',
  async (engine) => {
    const programs = await temporaryDirectory();
    const claude = join(programs, 'claude');
    writeFileSync(claude, '#!/bin/sh\necho 1.2.3\n');
    chmodSync(claude, 0o755);
    const PATH = `${programs}:${process.env['PATH'] ?? ''}`;
    const { owner, projects, worker, directory } = await startStack({
      engine,
      workerEnv: { PATH },
    });
    const { profiles } = await owner.call('listProfiles');
    expect(profiles.find(({ id }) => id === 'claude')).toMatchObject({ available: true });
    rmSync(claude); // after the worker has found it
    const starting = owner.startSession({ profile: 'claude', directory: projects });
    await expect(starting).rejects.toMatchObject({
      code: expect.stringMatching(/^(launch_failed|profile_unavailable)$/) as string,
    });
    mkdirSync(claude);
    await expect(
      owner.startSession({ profile: 'claude', directory: projects }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(launch|profile)_/) as string });
    expect(await owner.call('listSessions')).toEqual({ sessions: [] });
    await worker.kill('SIGTERM');
    await worker.start();
    const again = async () => await owner.call('listSessions').catch(() => undefined);
    expect(await until(again, { what: `a list in ${directory}` })).toEqual({ sessions: [] });
  },
);

test('while the worker is away everybody is told so at once, and it works again by itself', async () => {
  const { owner, projects, worker } = await startStack({ engine: 'tmux' });
  const { id } = await owner.startSession({ directory: projects });
  const stream = await EventStream.open(owner);
  await worker.kill('SIGKILL');
  await stream.waitFor('word of it', (event) => event.type === 'worker' && !event.isConnected);
  const params = { id };
  const startedAt = performance.now();
  const asked = await Promise.allSettled([
    owner.call('listSessions'),
    owner.call('getSession', { params }),
    owner.call('renameSession', { params, body: { name: 'x' } }),
    owner.startSession({ directory: projects }),
    owner.call('listDirectory'),
    new TerminalClient(owner, id).attach(),
  ]);
  const refused = { status: 'rejected', reason: { code: 'worker_unavailable' } };
  expect(asked).toMatchObject(Array(6).fill(refused));
  expect(performance.now() - startedAt).toBeLessThan(500);
  expect(await owner.call('me')).toMatchObject({ user: { role: 'owner' } });
  await worker.start();
  const known = async () => await owner.call('listSessions').catch(() => undefined);
  const { sessions } = await until(known, { what: 'the list is there again' });
  expect(sessions).toMatchObject([{ id, phase: 'running' }]);
  // A tab fetches everything at a reset: it must come when that is possible, and not before.
  const told = (): string[] =>
    stream.events.map(({ event }) =>
      event.type === 'worker' ? `${event.type} ${event.isConnected}` : event.type,
    );
  const expected = ['worker false', 'worker true', 'reset'];
  await until(() => told().slice(-4).join().includes(expected.join()), {
    what: 'what was missed is told',
  });
});

test('the description of the API has every row of the table, and needs no login', async () => {
  const { url } = await startStack({ engine: 'pty' });
  const response = await fetch(new URL('/api/openapi.json', url));
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, object>> };
  for (const [operationId, { method, path }] of Object.entries(REST)) {
    const operation = paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    expect(operation).toMatchObject({ operationId });
  }
});

describe('a worktree of its own', () => {
  const stack = sharedStack();
  const git = (directory: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args], {
      cwd: directory,
      encoding: 'utf8',
    }).trim();
  const makeRepository = (): string => {
    const directory = join(stack().projects, randomUUID());
    mkdirSync(directory);
    git(directory, 'init', '-q', '-b', 'main');
    git(directory, 'commit', '-q', '--allow-empty', '-m', 'first');
    return directory;
  };

  test('is where the program runs, and stays told after its end', async () => {
    const directory = makeRepository();
    expect(await stack().owner.startSession({ directory })).not.toHaveProperty('branch');
    const worktree = { branch: 'fix/login', base: 'main' };
    const session = await stack().owner.startSession({ directory, worktree });
    expect(session).toMatchObject({ branch: 'fix/login' });
    expect(session.directory).toBe(join(directory, '.worktrees/fix-login'));
    expect(git(session.directory, 'branch', '--show-current')).toBe('fix/login');
    const repository = await stack().owner.call('getRepository', { query: { path: directory } });
    expect(repository).toMatchObject({ isRepository: true, current: 'main' });
    expect(repository.branches).toContain('fix/login');
    await stack().owner.call('endSession', { params: { id: session.id } });
    const ended = async () => (await stack().owner.session(session.id)).phase === 'exited';
    await until(ended, { what: 'it ends', timeoutMs: 3 * END_GRACE_MS });
    expect((await stack().owner.session(session.id)).branch).toBe('fix/login');
  });

  test('of a program that is not started leaves neither branch nor files', async () => {
    const directory = makeRepository();
    const wish = { directory, worktree: { branch: 'gone' }, prompt: 'a shell takes none' };
    await expect(stack().owner.startSession(wish)).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect(git(directory, 'branch', '--list', 'gone')).toBe('');
    expect(existsSync(join(directory, '.worktrees/gone'))).toBe(false);
  });

  test('is not made of a name that git would take for an option', async () => {
    const directory = makeRepository();
    for (const branch of ['--force', 'a..b', 'HEAD']) {
      const wish = { directory, worktree: { branch } };
      await expect(stack().owner.startSession(wish)).rejects.toMatchObject({
        code: 'invalid_request',
      });
    }
  });
});
