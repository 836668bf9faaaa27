/** The worker ends, in either way: programs in tmux never notice, those on a PTY of its own are lost. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { EventStream } from '@dashboard/testkit/event-stream';
import { numberedLinesCommand } from '@dashboard/testkit/numbered-lines';
import { isAlive } from '@dashboard/testkit/process-figures';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import {
  countFrom,
  delayOf,
  expectEveryLineOnce,
  expectNoGap,
  keepFigures,
  listed,
  UNLIMITED,
  untilBack,
  untilExited,
  untilShown,
} from './faults.ts';

const ROUNDS = countFrom('FAULT_ROUNDS', 1);
const CREATIONS = countFrom('CREATION_ROUNDS', 3);
const BYTES_PER_SECOND = 400_000;
const ROUND_SECONDS = 5;
const COUNT = Math.round((ROUNDS * ROUND_SECONDS * BYTES_PER_SECOND) / 50);

/** Once there is output again. @returns how long the viewer was without, milliseconds */
async function restartWorker(
  { worker }: Stack,
  signal: 'SIGKILL' | 'SIGTERM',
  viewer: TerminalClient,
): Promise<number> {
  const lossesBefore = viewer.reconnects;
  const killedAtMs = performance.now();
  await worker.kill(signal);
  await worker.start();
  await untilBack(viewer, { lossesBefore });
  return Math.round(performance.now() - killedAtMs);
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'tmux, %s: the program runs on, viewers are redrawn with every line once, and typing works',
  { timeout: 60_000 + ROUNDS * 20_000 },
  async (signal) => {
    const stack = await startStack({ engine: 'tmux' });
    const { owner, projects, worker } = stack;
    const { id } = await owner.startSession({ directory: projects });
    const screen = new ScreenReader();
    const viewer = new TerminalClient(owner, id, { isPersistent: true, screen });
    await viewer.attach();
    const events = await EventStream.open(owner);
    const { pid } = await owner.session(id);
    const shell = `; stty -echo; ${numberedLinesCommand(paced()).replace('exec ', '')}`;
    viewer.type(`PS1=${shell}`);
    await viewer.waitForText('BEGIN\r\n');
    viewer.keepsFrames = false;

    const backMs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { epoch, resyncs } = viewer;
      backMs.push(await restartWorker(stack, signal, viewer));
      expect(viewer.epoch).not.toBe(epoch);
      expect(viewer.resyncs).toBeGreaterThan(resyncs);
      await expectNoGap(screen);
      expect(await owner.session(id)).toMatchObject({ phase: 'running', pid });
      expect(pid !== null && isAlive(pid)).toBe(true);
      expect((await fetch(new URL('/health/ready', owner.url))).status).toBe(200);
    }
    await untilShown(screen, 'END', 60_000);
    keepFigures(`worker ${signal}`, { ROUNDS, backMs, resyncs: viewer.resyncs });
    await expectEveryLineOnce(screen, COUNT);
    expect(viewer.gaps).toBe(0);
    viewer.type('echo; echo still""here\r');
    await untilShown(screen, 'stillhere');
    const { resyncs } = viewer;
    await worker.kill(signal);
    await worker.start();
    await until(() => viewer.resyncs > resyncs, { what: 'a silent program is drawn again' });
    await expectEveryLineOnce(screen, COUNT);
    const told = events.events.flatMap((event) =>
      event.type === 'worker' ? [event.isConnected] : [],
    );
    const rounds = Array.from({ length: ROUNDS }, () => [false, true]);
    expect(told).toEqual([true, ...rounds.flat(), false, true]);
  },
);

function paced(): { count: number; bytesPerSecond: number } {
  return { count: COUNT, bytesPerSecond: BYTES_PER_SECOND };
}

test('pty: a session ends with its worker and is lost afterwards', async () => {
  const stack = await startStack({ engine: 'pty' });
  const { owner, projects } = stack;
  const { id } = await owner.startSession({ directory: projects });
  const viewer = new TerminalClient(owner, id, { isPersistent: true });
  await viewer.attach();
  viewer.type('echo; echo he""re\r');
  await viewer.waitForText('here\r\n');
  const { pid } = await owner.session(id);
  await stack.worker.kill('SIGKILL');
  await stack.worker.start();

  expect(await untilExited(viewer)).toMatchObject({ isLost: true });
  expect(await owner.session(id)).toMatchObject({ phase: 'lost', pid: null });
  await until(() => pid === null || !isAlive(pid), { what: 'the program has been hung up' });
});

test('pty: a worker that is told to end keeps the last screens', async () => {
  const stack = await startStack({ engine: 'pty' });
  const { owner, projects } = stack;
  const { id } = await owner.startSession({ directory: projects });
  const viewer = await new TerminalClient(owner, id).attach();
  viewer.type('echo; echo he""re\r');
  await viewer.waitForText('here\r\n');
  expect(await stack.worker.kill('SIGTERM')).toBe(0);
  await stack.worker.start();
  expect(await listed(stack)).toMatchObject([{ id, phase: 'lost' }]);
  const screen = new ScreenReader();
  await new TerminalClient(owner, id, { screen }).attach();
  await untilShown(screen, 'here');
});

test('tmux: a worker killed while it makes a session leaves a session or nothing', async () => {
  const stack = await startStack({ engine: 'tmux', gatewayEnv: UNLIMITED });
  const { owner, projects, worker } = stack;
  const startedMs = performance.now();
  await owner.startSession({ directory: projects });
  const usualMs = performance.now() - startedMs;
  let created = 1;
  for (let round = 0; round < CREATIONS; round++) {
    const creating = owner.startSession({ directory: projects, name: `round ${round}` }).then(
      () => created++,
      () => undefined, // it cannot know whether there is a session: the list says so
    );
    await delayOf(((round + 0.5) / CREATIONS) * usualMs); // every step of the launch is met
    await worker.kill('SIGKILL');
    await creating;
    await worker.start();
    await listed(stack); // or the next wish would not reach it
  }
  const sessions = await listed(stack);
  const running = sessions.filter(({ phase }) => phase === 'running').map(({ id }) => id);
  keepFigures('worker killed in creation', { CREATIONS, created, running: running.length });
  expect(running.sort()).toEqual(panesOf(stack).sort());
  expect(sessions.map(({ phase }) => phase)).not.toContain('starting');
}, 180_000);

/** Sessions of the tmux server whose program runs. */
function panesOf({ directory }: Stack): string[] {
  const argv = ['-S', join(directory, 'run/tmux.sock'), 'list-panes', '-a'];
  const lines = execFileSync('tmux', [...argv, '-F', '#{session_name} #{pane_dead}']).toString();
  return lines
    .trim()
    .split('\n')
    .flatMap((line) => (line.endsWith(' 0') ? [line.slice(0, -2)] : []));
}
