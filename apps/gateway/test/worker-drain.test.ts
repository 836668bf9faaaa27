/**
 * A worker that is told to stop: viewers are told, what they typed and what was printed is neither lost nor
 * doubled, records and screens are on disk before the database is closed, and one line says how long each
 * part took. A daemon that is told twice waits for nothing.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';

const VIEWERS = 4;
const LINES = 200;
const TEST_TIMEOUT_MS = 60_000;

const lineOf = (number: number): string => `line ${number} of ${LINES}`;

/** @returns the offset up to which the worker said to have accepted what was typed, bytes */
const typedTo = ({ frames }: TerminalClient): number =>
  frames.reduce((last, frame) => (frame.type === 'inputAck' ? frame.inputOffset : last), 0);

/** How many whole lines are in the first so many bytes of what is typed. */
function linesIn(bytes: number): number {
  let left = bytes;
  for (let line = 0; ; line++) {
    left -= lineOf(line).length + 1;
    if (left < 0) return line;
  }
}

async function tmuxPid({ directory }: Stack): Promise<number> {
  const argv = ['-S', join(directory, 'run/tmux.sock'), 'display-message', '-p', '#{pid}'];
  return Number((await promisify(execFile)('tmux', argv)).stdout);
}

test(
  'a worker that stops tells its viewers, keeps everything, and says how long each part took',
  async () => {
    const stack = await startStack({ engine: 'tmux', workerEnv: { LOG_LEVEL: 'debug' } });
    const { owner, worker, projects, directory } = stack;
    const { id } = await owner.startSession({ directory: projects });
    const watched = await Promise.all(
      Array.from({ length: VIEWERS }, async () => {
        const screen = new ScreenReader();
        const viewer = new TerminalClient(owner, id, { isPersistent: true, screen });
        return { screen, viewer: await viewer.attach() };
      }),
    );
    const typist = watched[0]?.viewer ?? expect.unreachable();
    typist.type('stty -echo; echo no-$((1))-echo; exec cat\r');
    await typist.waitForText('no-1-echo'); // or what is typed is shown by the terminal as well
    await until(() => typist.unackedBytes === 0, { what: 'nothing is on its way' });
    const typedFrom = typedTo(typist);
    for (let line = 0; line < LINES; line++) typist.type(`${lineOf(line)}\r`);

    expect(await worker.kill('SIGTERM')).toBe(0); // in the midst of it
    for (const { viewer } of watched) {
      const told = viewer.frames.find(({ type }) => type === 'closing');
      expect(told).toMatchObject({ reason: 'worker_gone' });
    }
    const { phasesMs } = worker.entries.findLast(({ event }) => event === 'stopped') ?? {};
    const phases = Object.keys(phasesMs as object);
    const order = [
      'worker socket',
      'hook socket',
      'sessions',
      'engines',
      'screen threads',
      'store',
    ];
    expect(phases.filter((name) => order.includes(name))).toEqual(order);
    expect(phases.at(-1)).toBe('claim of the socket');
    // A database that is closed has put its journal away.
    const database = join(directory, 'worker/sessions.db');
    expect([existsSync(database), existsSync(`${database}-wal`)]).toEqual([true, false]);

    const accepted = linesIn(typedTo(typist) - typedFrom);

    await worker.start();
    await until(() => typist.isAttached, { what: 'the typist is back' });
    typist.type('back\r'); // what was on its way to the worker that stopped, nobody knows, and nobody repeats
    const isBack = ({ screen }: { screen: ScreenReader }): boolean =>
      screen.screen().some((line) => line.startsWith('back'));
    await until(() => watched.every(isBack), { what: 'all are back', timeoutMs: 30_000 });
    const all = Array.from({ length: LINES }, (_none, line) => lineOf(line));
    for (const { viewer, screen } of watched) {
      expect(viewer.reconnects).toBeGreaterThan(0);
      const shown = (await screen.lines()).filter((line) => line.startsWith('line '));
      expect(shown.length).toBeGreaterThanOrEqual(accepted);
      expect(shown).toEqual(all.slice(0, shown.length));
    }
    process.stdout.write(`worker drain: ${JSON.stringify(phasesMs)}\n`);
  },
  TEST_TIMEOUT_MS,
);

test(
  'a second signal ends a worker at once that waits for a tmux that hangs',
  async () => {
    const stack = await startStack({ engine: 'tmux' });
    const { owner, worker, projects } = stack;
    await owner.startSession({ directory: projects });
    const tmux = await tmuxPid(stack);
    onTestFinished(() => void process.kill(tmux, 'SIGCONT'));
    process.kill(tmux, 'SIGSTOP');
    process.kill(worker.pid, 'SIGTERM');
    await worker.logged('stopping');
    expect(await worker.kill('SIGTERM')).toBe(1);
    const last = worker.entries.at(-1);
    expect(last).toMatchObject({ msg: 'did not stop cleanly' });
    expect(JSON.stringify(last)).toContain('SIGTERM while stopping: ending at once');
    process.kill(tmux, 'SIGCONT');
    await worker.start(); // and nothing is in the way of the next one
    const list = async () => await owner.call('listSessions').catch(() => undefined);
    const listed = await until(list, { what: 'the gateway has found it' });
    expect(listed.sessions).toMatchObject([{ phase: 'running' }]);
  },
  TEST_TIMEOUT_MS,
);
