/** The tmux server dies under its sessions: they are lost, their last screens are not. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { SessionId } from '@dashboard/protocol/ids';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { expect, test } from 'vitest';
import { countFrom, keepFigures, listed, UNLIMITED, untilExited, untilShown } from './faults.ts';

const ROUNDS = countFrom('FAULT_ROUNDS', 2);

function tmux({ directory }: Stack, ...argv: string[]): string {
  return execFileSync('tmux', ['-S', join(directory, 'run/tmux.sock'), ...argv]).toString();
}

const ENDS: Readonly<Record<string, (stack: Stack) => void>> = {
  'kill -9': (stack) => {
    const pid = Number(tmux(stack, 'display-message', '-p', '#{pid}'));
    process.kill(pid, 'SIGKILL');
  },
  'kill-server': (stack) => void tmux(stack, 'kill-server'),
};

async function expectLastScreen({ owner }: Stack, id: SessionId): Promise<void> {
  const screen = new ScreenReader();
  const viewer = await new TerminalClient(owner, id, { screen }).attach();
  expect(await untilExited(viewer)).toMatchObject({ isLost: true, code: null, signal: null });
  await untilShown(screen, 'remember me');
  viewer.close();
}

async function startAndPrint(stack: Stack): Promise<TerminalClient> {
  const { id } = await stack.owner.startSession({ directory: stack.projects });
  const viewer = await new TerminalClient(stack.owner, id).attach();
  viewer.type('echo; echo "remember" "me"\r'); // on a line of its own, wherever the prompt stands
  await viewer.waitForText('remember me\r\n');
  return viewer;
}

test.each(Object.entries(ENDS))(
  '%s: sessions are lost and stay readable, new ones can be started',
  { timeout: 30_000 + ROUNDS * 10_000 },
  async (how, end) => {
    const stack = await startStack({ engine: 'tmux', gatewayEnv: UNLIMITED });
    const { owner, worker } = stack;
    const lostMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const viewer = await startAndPrint(stack);
      const killedAtMs = performance.now();
      end(stack);
      expect(await untilExited(viewer)).toMatchObject({ isLost: true });
      lostMs.push(Math.round(performance.now() - killedAtMs));
      expect(await owner.session(viewer.session)).toMatchObject({ phase: 'lost', pid: null });
      await expectLastScreen(stack, viewer.session);
    }
    const last = await startAndPrint(stack);
    keepFigures(`tmux killed, ${how}`, { ROUNDS, lostMs });

    await worker.kill('SIGKILL');
    await worker.start();
    const [newest, ...lost] = await listed(stack);
    expect(newest).toMatchObject({ id: last.session, phase: 'running' });
    expect(lost.map(({ phase }) => phase)).toEqual(Array(ROUNDS).fill('lost'));
    for (const { id } of lost) await expectLastScreen(stack, id);
  },
);
