/** Programs that print and end at once: whoever looks, then or later, sees their last line and code. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionId } from '@dashboard/protocol/ids';
import { expectedOutput } from '@dashboard/testkit/numbered-lines';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { expect, onTestFinished, test } from 'vitest';
import {
  countFrom,
  expectEveryLineOnce,
  keepFigures,
  UNLIMITED,
  untilExited,
  untilShown,
} from './faults.ts';

const ROUNDS = countFrom('EXIT_ROUNDS', 10);
/** 200 KB as a terminal carries them. */
const COUNT = 4_000;
const CODE = 3;

/** The shortest way there is from the last byte to the end: no program is started in between. */
function printAndExit(): string {
  const directory = mkdtempSync(join(tmpdir(), 'dashboard-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [text, shell] = [join(directory, 'lines.txt'), join(directory, 'shell')];
  writeFileSync(text, expectedOutput(COUNT).toString().replaceAll('\r\n', '\n'));
  writeFileSync(shell, `#!/bin/sh\ncat ${text}\nexit ${CODE}\n`);
  chmodSync(shell, 0o755);
  return shell;
}

async function watch({ owner }: Stack, id: SessionId): Promise<void> {
  const screen = new ScreenReader();
  const viewer = new TerminalClient(owner, id, { screen });
  await viewer.attach();
  expect(await untilExited(viewer)).toMatchObject({ code: CODE, signal: null, isLost: false });
  await untilShown(screen, 'END', 5_000);
  await expectEveryLineOnce(screen, COUNT);
  expect(viewer.gaps).toBe(0);
  viewer.close();
}

test.each(['tmux', 'pty'] as const)(
  '%s: nothing of 200 KB is cut off when the program ends with them',
  { timeout: 60_000 + ROUNDS * 2_000 },
  async (engine) => {
    const workerEnv = { SHELL: printAndExit() };
    const stack = await startStack({ engine, workerEnv, gatewayEnv: UNLIMITED });
    const { owner, projects } = stack;
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await owner.startSession({ directory: projects });
      await watch(stack, id);
      await watch(stack, id); // long over by now: drawn from what was kept
      expect(await owner.session(id)).toMatchObject({ phase: 'exited', exitCode: CODE });
      await owner.call('removeSession', { params: { id } });
    }
    keepFigures(`exits, ${engine}`, { ROUNDS, truncated: 0 });
  },
);
