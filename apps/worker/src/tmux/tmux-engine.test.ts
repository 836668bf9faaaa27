/** What only tmux can do: outlive the worker, be found again, and be disturbed by people. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '@dashboard/testkit/process-figures';
import { expect, onTestFinished, test } from 'vitest';
import { draw } from '../../test/drawn-screen.ts';
import {
  makeDirectory,
  Recording,
  runTmux,
  shell,
  SIZE,
  startTmuxEngine,
  within,
} from '../../test/pane-fixture.ts';
import { makeTmuxEngine } from '../../test/tmux-options.ts';
import { ASK_ALL, answeredIn } from './queries.ts';

/** Prints "line 0", "line 1", … a line each millisecond or two, without an end. */
const PACED = `awk 'BEGIN { for (i = 0; ; i++) { print "line", i; fflush(); if (i % 20 == 0) system("sleep 0.02") } }'`;

/** The number of each numbered line, as they stand. */
function numbers(lines: readonly string[]): number[] {
  return lines.flatMap((line) => /^line (\d+)$/.exec(line)?.[1] ?? []).map(Number);
}

function expectConsecutive(found: readonly number[]): void {
  const first = found[0] ?? 0;
  expect(found).toEqual(found.map((_, at) => first + at));
}

test('a worker that is killed leaves the program alone, and its successor misses no line', async () => {
  const directory = await makeDirectory();
  const { id } = shell('');
  const program = new URL('../../test/abandoned-worker.ts', import.meta.url).pathname;
  const worker = spawn(process.execPath, [program, directory, id, PACED]);
  onTestFinished(() => void worker.kill('SIGKILL'));
  const [pid] = (await once(worker.stdout, 'data')) as [Buffer];
  worker.kill('SIGKILL');
  await once(worker, 'exit');

  const engine = await startTmuxEngine(directory);
  expect(await engine.survivors()).toEqual([id]);
  const seen = new Recording();
  const { pane, seed, exit } = await engine.adopt(id, seen);
  onTestFinished(() => pane.dispose());
  expect(exit).toBeUndefined();
  expect(pane.pid).toBe(Number(pid.toString()));
  await seen.until(({ bytes }) => bytes > 20_000);
  pane.signal('SIGKILL');
  await seen.end;

  const { lines } = await draw(SIZE, seed.bytes, ...seen.chunks);
  const found = numbers(lines);
  expect(found[0]).toBe(0);
  expect(found.length).toBeGreaterThan(1000);
  expectConsecutive(found);
});

test('taking a pane over again and again loses and doubles nothing', async () => {
  const directory = await makeDirectory();
  let engine = await startTmuxEngine(directory);
  const what = shell(PACED);
  await engine.launch(what, new Recording());
  for (let round = 0; round < 5; round++) {
    await engine.stop();
    engine = await startTmuxEngine(directory);
    const seen = new Recording();
    const { seed } = await engine.adopt(what.id, seen);
    await seen.until(({ bytes }) => bytes > 2_000);
    const { lines } = await draw(SIZE, seed.bytes, ...seen.chunks);
    const found = numbers(lines).slice(0, -1); // the last may be cut
    expect(found[0]).toBe(0);
    expectConsecutive(found);
  }
});

test('bracketed paste and focus reports are still known to the next worker', async () => {
  const directory = await makeDirectory();
  const engine = await startTmuxEngine(directory);
  const what = shell(String.raw`printf '\033[?2004h\033[?1004hready'; exec cat`);
  const seen = new Recording();
  await engine.launch(what, seen);
  await seen.untilText('ready');
  await expect
    .poll(() => runTmux(engine, 'show-options', '-p', '-t', `=${what.id}:`, '@dashboard-modes'))
    .toContain('1004,2004');
  const successor = await startTmuxEngine(directory);
  const { pane, seed } = await successor.adopt(what.id, new Recording());
  const { modes } = await draw(seed.size, seed.bytes);
  expect(modes).toMatchObject({ bracketedPasteMode: true, sendFocusMode: true });
  pane.signal('SIGKILL');
});

test('a program that ended while nobody watched is found with its end and its screen', async () => {
  const directory = await makeDirectory();
  const engine = makeTmuxEngine(directory);
  await engine.start();
  const what = shell('echo hello; read _; echo bye; exit 5');
  const seen = new Recording();
  await engine.launch(what, seen);
  await seen.untilText('hello');
  await engine.stop();
  await runTmux(engine, 'send-keys', '-t', `=${what.id}:`, 'Enter');
  await expect
    .poll(() => runTmux(engine, 'list-panes', '-s', '-t', `=${what.id}`, '-F', '#{pane_dead}'), {
      timeout: 5_000,
    })
    .toBe('1\n');

  const successor = await startTmuxEngine(directory);
  const adopted = await successor.adopt(what.id, new Recording());
  expect(adopted.exit).toEqual({ code: 5, signal: null });
  const { lines } = await draw(adopted.seed.size, adopted.seed.bytes);
  expect(lines.slice(0, 3)).toEqual(['hello', '', 'bye']);
  await adopted.pane.dispose();
  expect(await successor.survivors()).toEqual([]);
});

test('somebody kills the cat: the output goes on after a gap that is told', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const what = shell(PACED);
  const pane = await engine.launch(what, seen);
  await seen.untilText('line 100');
  const [server = ''] = (await runTmux(engine, 'display-message', '-p', '#{pid}')).split('\n');
  await killCats(Number(server));
  await seen.until(({ gaps }) => gaps.length > 0, 'the gap');
  const before = seen.chunks.length;
  await seen.until(({ chunks }) => chunks.length > before + 20);
  pane.signal('SIGKILL');
  await seen.end;
  const seed = seen.gaps[0]?.bytes ?? new Uint8Array();
  const { lines } = await draw(SIZE, seed, ...seen.chunks.slice(before));
  expectConsecutive(numbers(lines));
});

/** Children of the server that are cats. */
async function killCats(server: number): Promise<void> {
  const children = await readFile(`/proc/${server}/task/${server}/children`, 'utf8');
  for (const pid of children.trim().split(' ').map(Number)) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8');
    if (name === 'cat\n') process.kill(pid, 'SIGKILL');
  }
}

test('a server that is killed loses its panes, and the next launch starts another', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('echo ready; exec cat'), seen);
  await seen.untilText('ready');
  const server = Number(await runTmux(engine, 'display-message', '-p', '#{pid}'));
  process.kill(server, 'SIGKILL');
  expect(await seen.end).toBe('lost');
  await pane.dispose();

  const next = new Recording();
  const nextPane = await engine.launch(shell('echo again; exec cat'), next);
  await next.untilText('again');
  nextPane.signal('SIGKILL');
  expect(await next.end).toEqual({ code: null, signal: 9 });
});

test('a control client that somebody ends comes back, and no command is lost', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('while :; do stty size; sleep 0.02; done'), seen);
  for (let round = 0; round < 3; round++) {
    await runTmux(engine, 'detach-client', '-s', '_control');
    pane.resize({ cols: 90 + round, rows: 30 });
    await seen.untilText(`30 ${90 + round}`);
  }
  expect(await engine.survivors()).toHaveLength(1);
  pane.signal('SIGKILL');
});

test('somebody kills the control session: it comes back too', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('echo ready; exec cat'), seen);
  await runTmux(engine, 'kill-session', '-t', '=_control');
  expect(await engine.survivors()).toHaveLength(1);
  pane.signal('SIGTERM');
  expect(await seen.end).toEqual({ code: null, signal: 15 });
});

test('a pane that a person kills is lost', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const what = shell('echo ready; exec cat');
  await engine.launch(what, seen);
  await seen.untilText('ready');
  await runTmux(engine, 'kill-session', '-t', `=${what.id}`);
  expect(await seen.end).toBe('lost');
  await expect(engine.adopt(what.id, new Recording())).rejects.toMatchObject({
    code: 'session_not_found',
  });
});

test('a session of a person is none of ours, and a pane that a person split off neither', async () => {
  const engine = await startTmuxEngine();
  await runTmux(engine, 'new-session', '-d', '-s', 'mine', 'cat');
  const what = shell('echo ready; exec cat');
  const seen = new Recording();
  const pane = await engine.launch(what, seen);
  await seen.untilText('ready');
  await runTmux(engine, 'split-window', '-b', '-t', `=${what.id}:`, 'cat');
  expect(await engine.survivors()).toEqual([what.id]);
  await pane.dispose();
  const adopted = await engine.adopt(what.id, new Recording());
  expect(adopted.pane.pid).toBe(pane.pid);
  await runTmux(engine, 'kill-session', '-t', '=mine');
});

test('the answers that a program gets are those that the engine claims', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell(ASK_ALL), seen);
  await seen.until(({ text }) => answeredIn(text) !== undefined);
  expect(new Set(answeredIn(seen.text))).toEqual(engine.answeredQueries);
  expect(seen.text.match(/\^\[\[\?[\d;]+c/g)).toHaveLength(1);
  pane.signal('SIGKILL');
});

/** What tmux says of a server that is gone, or going this moment. */
const ENDED = /no server|error connecting|server exited/;

test('stopping leaves sessions, and ends a server that has none', async () => {
  const directory = await makeDirectory();
  const engine = makeTmuxEngine(directory);
  await engine.start();
  const pane = await engine.launch(shell('echo ready; exec cat'), new Recording());
  await engine.stop();
  expect(() => process.kill(pane.pid, 0)).not.toThrow();

  const successor = makeTmuxEngine(directory);
  await successor.start();
  const [id] = await successor.survivors();
  if (id === undefined) throw new Error('the session is gone');
  const seen = new Recording();
  const adopted = await successor.adopt(id, seen);
  adopted.pane.signal('SIGTERM');
  await within(seen.end, 'the end');
  await adopted.pane.dispose();
  await successor.stop();
  await expect(runTmux(successor, 'list-sessions')).rejects.toThrow(ENDED);
  expect(await readdir(join(directory, 'taps'))).toEqual(['notices']);
  expect(await readdir(join(directory, 'launch'))).toEqual([]);
});

test('what cannot work is refused at the start, in words', async () => {
  const directory = await makeDirectory();
  const deep = join(directory, 'x'.repeat(100));
  await expect(makeTmuxEngine(deep).start()).rejects.toThrow('choose a shorter runtime directory');
  const without = makeTmuxEngine(directory, { binary: 'no-such-tmux' });
  await expect(without.start()).rejects.toThrow('no-such-tmux is not installed');
  const unconfigured = makeTmuxEngine(directory, { configPath: join(directory, 'none.conf') });
  await expect(unconfigured.start()).rejects.toThrow('ENOENT');
});

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'tmux ends by %s: a program that never reads its terminal is hung up, and what it has started',
  async (signal) => {
    const engine = await startTmuxEngine();
    const seen = new Recording();
    const pane = await engine.launch(shell('sleep 600 & echo $!; sleep 600; :'), seen);
    await seen.until(({ text }) => /\d+\r\n/.test(text));
    const pids = [pane.pid, Number.parseInt(seen.text, 10)];
    onTestFinished(() => pids.forEach((pid) => isAlive(pid) && process.kill(pid, 'SIGKILL')));
    expect(pids.map(isAlive)).toEqual([true, true]);
    const [server = ''] = (await runTmux(engine, 'display-message', '-p', '#{pid}')).split('\n');
    process.kill(Number(server), signal);
    expect(await seen.end).toBe('lost');
    await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false]);
  },
);
