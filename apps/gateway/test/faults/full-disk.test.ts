/**
 * R16: neither daemon can write to its disk any more (RLIMIT_FSIZE): sessions and logins go on, what
 * has to be kept is refused in words, and everything is right again once there is room.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import { OWNER, startStack, type Stack } from '@dashboard/testkit/stack';
import { ApiClient } from '@dashboard/testkit/api-client';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { listed, untilExited, untilShown } from './faults.ts';
import { setLimit } from './process-limits.ts';

const FULL = { code: 'storage_failed' };

async function fill({ worker, gateway }: Stack, isFull: boolean): Promise<void> {
  for (const { pid } of [worker, gateway]) await setLimit(pid, 'fsize', isFull ? 0 : 'unlimited');
}

async function storageIsFine({ url }: Stack): Promise<boolean> {
  const response = await fetch(new URL('/health/ready', url));
  expect(response.status, 'a full disk takes nobody out of rotation').toBe(200);
  const { checks } = (await response.json()) as { checks: Record<string, boolean> };
  return checks['storage'] === true;
}

async function expectTyping(viewer: TerminalClient, word: string): Promise<void> {
  viewer.type(`echo ${word.slice(0, 2)}""${word.slice(2)}\r`);
  await viewer.waitForText(word);
}

test(
  'a full disk is told, ends nothing, and what it refused is kept when there is room',
  { timeout: 120_000 },
  async () => {
    const stack = await startStack({ engine: 'tmux' });
    const { owner, projects, worker } = stack;
    const running = await owner.startSession({ directory: projects });
    const ending = await owner.startSession({ directory: projects });
    const viewer = await new TerminalClient(owner, running.id).attach();
    const witness = await new TerminalClient(owner, ending.id).attach();
    await expectTyping(viewer, 'before');
    await fill(stack, true);

    await expectTyping(viewer, 'meanwhile');
    const late = await new TerminalClient(owner, running.id).attach();
    await late.waitForText('meanwhile');
    await expect(owner.startSession({ directory: projects })).rejects.toMatchObject(FULL);
    const rename = owner.call('renameSession', {
      params: { id: running.id },
      body: { name: 'other' },
    });
    await expect(rename).rejects.toMatchObject(FULL);
    witness.type('echo last""words; exit 3\r');
    expect(await untilExited(witness)).toMatchObject({ code: 3, isLost: false });
    await expectScreen(stack, ending.id);
    const stranger = new ApiClient(owner.url);
    await expect(stranger.logIn(OWNER.name, OWNER.password)).rejects.toMatchObject(FULL);
    await expect(owner.call('refresh')).rejects.toMatchObject(FULL);
    expect(await storageIsFine(stack)).toBe(false);
    expect((await owner.call('me')).user).toMatchObject({ name: OWNER.name });
    const ids = (await listed(stack)).map(({ id, phase, name }) => ({ id, phase, name }));
    expect(ids).toEqual([
      { id: ending.id, phase: 'exited', name: 'test' },
      { id: running.id, phase: 'running', name: 'test' },
    ]);

    await fill(stack, false);
    await stranger.logIn(OWNER.name, OWNER.password);
    await owner.call('refresh');
    expect(await storageIsFine(stack)).toBe(true);
    const { id } = await owner.startSession({ directory: projects });
    await until(() => isKept(stack, ending.id), {
      what: 'what was refused is on disk',
      timeoutMs: 30_000,
    });
    await expectTyping(viewer, 'afterwards');
    await worker.kill('SIGKILL');
    await worker.start();
    expect(await listed(stack)).toMatchObject([
      { id, phase: 'running' },
      { id: ending.id, phase: 'exited', exitCode: 3 },
      { id: running.id, phase: 'running' },
    ]);
    await expectScreen(stack, ending.id);
  },
);

/** The end of the session and its last screen. */
function isKept({ directory }: Stack, id: string): boolean {
  const database = new DatabaseSync(join(directory, 'worker/sessions.db'), { readOnly: true });
  try {
    const sql = `SELECT count(*) AS n FROM sessions JOIN screens ON session_id = id
                 WHERE id = ? AND exit_code = 3`;
    return database.prepare(sql).get(id)?.['n'] === 1;
  } finally {
    database.close();
  }
}

async function expectScreen({ owner }: Stack, id: TerminalClient['session']): Promise<void> {
  const screen = new ScreenReader();
  const viewer = await new TerminalClient(owner, id, { screen }).attach();
  await untilShown(screen, 'lastwords');
  viewer.close();
}
