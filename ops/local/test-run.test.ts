/** How a test run counts and what it notices: reports, stamps, processes left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fingerprint, unlessStamped } from './fingerprint.mjs';
import { endAll, leakedProcesses, MARK } from './leaks.mjs';
import { countsOf, sum } from './reports.mjs';

const vitest = (failed: number) =>
  JSON.stringify({
    numPassedTests: 7,
    numFailedTests: failed,
    numPendingTests: 1,
    numTodoTests: 1,
  });
const playwright = '{"stats":{"expected":5,"unexpected":2,"flaky":0,"skipped":2}}';

test('reports of both runners are counted', () => {
  expect(countsOf('vitest', vitest(2), false)).toEqual({ passed: 7, failed: 2, skipped: 2 });
  expect(countsOf('playwright', playwright, false)).toEqual({ passed: 5, failed: 2, skipped: 2 });
  expect(
    sum([countsOf('vitest', vitest(0), true), countsOf('playwright', playwright, false)]),
  ).toEqual({ passed: 12, failed: 2, skipped: 4 });
});

test('a runner that fails without a failed test counts as one failure', () => {
  expect(countsOf('vitest', vitest(0), false)).toMatchObject({ passed: 7, failed: 1 });
  expect(countsOf('vitest', undefined, false)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(() => countsOf('vitest', '{}', true)).toThrow('a report without numPassedTests');
});

test('work is done once for each state of its sources, and again when it was cut short', async () => {
  const directory = await temporaryDirectory();
  const [source, stamp] = [join(directory, 'src'), join(directory, 'stamps', 'page')];
  await mkdir(source);
  let times = 0;
  const build = async (isThere = true, work = () => Promise.resolve()) => {
    const print = await fingerprint([source, join(directory, 'absent')], {
      skip: (name) => name === 'skipped',
    });
    return unlessStamped({ stamp, print, isThere }, () => {
      times += 1;
      return work();
    });
  };
  await writeFile(join(source, 'a.ts'), 'a');
  expect(await build()).toBe(true);
  expect(await build()).toBe(false);
  await writeFile(join(source, 'skipped'), 'x');
  expect(await build()).toBe(false);
  await writeFile(join(source, 'a.ts'), 'b');
  await expect(build(true, () => Promise.reject(new Error('cut short')))).rejects.toThrow();
  expect(await build()).toBe(true);
  expect(await build(false)).toBe(true);
  expect(times).toBe(4);
});

test('a process is found by its mark, its arguments or its directory, and ended', async () => {
  const directory = await temporaryDirectory();
  const run = { id: `test-${process.pid}`, directory };
  const sleep = ['-e', "require('node:net').createServer().listen(0)"];
  const started = [
    spawn(process.execPath, sleep, { env: { [MARK]: run.id } }),
    spawn(process.execPath, [...sleep, join(directory, 'tmux.sock')], { env: {} }),
    spawn(process.execPath, sleep, { env: {}, cwd: directory }),
    spawn(process.execPath, sleep, { env: { [MARK]: 'another run' } }),
  ];
  onTestFinished(() => started.forEach((child) => void child.kill('SIGKILL')));
  await Promise.all(started.map((child) => once(child, 'spawn')));
  const ended = started.slice(0, 3).map((child) => once(child, 'exit'));

  const leaked = await leakedProcesses(run);
  const pids = leaked.map(({ pid }) => pid).sort((a, b) => a - b);
  expect(pids).toEqual(started.slice(0, 3).map(({ pid }) => pid));
  endAll(leaked);
  await Promise.all(ended);
  expect(started[3]?.exitCode).toBeNull();
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'run-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}
