/**
 * R19: a daemon has no file descriptor left (RLIMIT_NOFILE): what is new is refused in words, what is
 * there goes on, and everything works again when there are some.
 */
import { readdirSync } from 'node:fs';
import { ERRORS } from '@dashboard/protocol/errors';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { expect, test } from 'vitest';
import { UNLIMITED } from './faults.ts';
import { setLimit } from './process-limits.ts';

/** More than a test opens. */
const ENOUGH = 4_096;
/** Viewers that come while there is nothing left for them. */
const TRIES = 6;

/** Of the numbers below the limit so many are free; what is open beyond it stays open. */
async function leave(spare: number, pid: number): Promise<void> {
  const open = new Set(readdirSync(`/proc/${pid}/fd`).map(Number));
  let limit = 0;
  for (let free = 0; free < spare || open.has(limit); limit++) if (!open.has(limit)) free++;
  await setLimit(pid, 'nofile', limit);
}

async function start(): Promise<{ stack: Stack; viewer: TerminalClient }> {
  const stack = await startStack({ engine: 'tmux', gatewayEnv: UNLIMITED });
  const { id } = await stack.owner.startSession({ directory: stack.projects });
  const viewer = await new TerminalClient(stack.owner, id).attach();
  viewer.type('echo re""ady; exec cat\r');
  await viewer.waitForText('ready\r\n');
  return { stack, viewer };
}

async function expectTyping(viewer: TerminalClient, word: string): Promise<void> {
  viewer.type(`${word}\r`);
  await viewer.waitForText(`${word}\r\n${word}\r\n`);
}

/** Some may find room; the others are told by a code that passes with time. */
async function expectRefused({ owner }: Stack, viewer: TerminalClient): Promise<void> {
  const codes = new Set<number>();
  for (let number = 0; number < TRIES; number++) {
    const late = await new TerminalClient(owner, viewer.session).attach();
    const isTold = (): boolean => late.isAttached || late.closeCode !== undefined;
    await expect.poll(isTold, { timeout: 10_000 }).toBe(true);
    if (late.closeCode !== undefined) codes.add(late.closeCode);
    await expectTyping(viewer, `word${number}`);
  }
  expect([...codes]).toEqual([ERRORS.worker_unavailable.closeCode]);
}

async function expectRecovered({ owner, projects }: Stack, viewer: TerminalClient): Promise<void> {
  const late = await new TerminalClient(owner, viewer.session).attach();
  await late.waitForFrame('attached');
  await owner.startSession({ directory: projects });
  await expectTyping(viewer, 'afterwards');
  expect(viewer).toMatchObject({ gaps: 0, closeCode: undefined });
}

test('a worker without descriptors takes no new viewers and sessions, and keeps those it has', async () => {
  const { stack, viewer } = await start();
  const { owner, projects, worker } = stack;
  await leave(1, worker.pid);
  await expectRefused(stack, viewer);
  const starting = owner.startSession({ directory: projects });
  await expect(starting).rejects.toMatchObject({ code: 'overloaded' });
  await setLimit(worker.pid, 'nofile', ENOUGH);
  await expectRecovered(stack, viewer);
  expect(worker.stderr).toBe('');
}, 60_000);

test('a gateway without descriptors takes no new viewers, and keeps those it has', async () => {
  const { stack, viewer } = await start();
  const { gateway } = stack;
  await leave(1, gateway.pid);
  await expectRefused(stack, viewer);
  await setLimit(gateway.pid, 'nofile', ENOUGH);
  await expectRecovered(stack, viewer);
  expect(gateway.stderr).toBe('');
}, 60_000);
