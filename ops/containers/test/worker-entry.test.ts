/** docker/worker-entry.sh with small programs in the daemon's place: what it starts again, how it stops. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { atTestEnd } from '@dashboard/testkit/at-end';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { ROOT } from './compose.ts';

/** Says its pid, and goes on until it is told to stop, which takes it a moment. */
const DAEMON = `
  process.on('SIGTERM', () => { console.log('putting things in order'); process.exitCode = 3; life.close(); });
  const life = require('node:net').createServer().listen(0);
  console.log('pid ' + process.pid);`;

test('a daemon that is killed is started again', async () => {
  const { lines, pids } = start(['node', '-e', DAEMON]);
  await until(() => pids().length === 1, { what: 'the daemon runs' });
  process.kill(pids()[0] ?? 0, 'SIGKILL');
  await until(() => pids().length === 2, { what: 'it runs again' });
  expect(lines.filter((line) => line.includes('the daemon died (status 137)'))).toHaveLength(1);
});

test('SIGTERM is handed on, and the end waited for', async () => {
  const { child, lines, pids, ended } = start(['node', '-e', DAEMON]);
  await until(() => pids().length === 1, { what: 'the daemon runs' });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(lines.slice(1).map(wordsOf)).toEqual(['putting things in order', 'stopped']);
});

test('SIGTERM between two lives ends it at once', async () => {
  const { child, lines, ended } = start(['sh', '-c', 'exit 3']);
  await until(() => lines.some((line) => line.includes('starts again')), { what: 'it waits' });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
});

test('78, bad configuration, is final at the first try and no other', async () => {
  expect(await start(['sh', '-c', 'exit 78']).ended).toBe(78);

  const mark = join(await temporaryDirectory(), 'ran');
  const secondTry = `[ -e ${mark} ] && { echo again; exit 78; }; touch ${mark}; exit 1`;
  const { lines } = start(['sh', '-c', secondTry]);
  await until(() => lines.filter((line) => line === 'again').length === 2, {
    what: 'it is tried a third time',
  });
});

function start(daemon: readonly string[]) {
  const entry = join(ROOT, 'docker/worker-entry.sh');
  const child = spawn('sh', [entry, ...daemon], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  atTestEnd(() => void tryKill(child.pid ?? 0));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const pids = () => lines.flatMap((line) => /^pid (\d+)$/.exec(line)?.[1] ?? []).map(Number);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, lines, pids, ended };
}

/** The group: the script with whatever it started. */
function tryKill(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // ESRCH: it has ended by itself
  }
}

function wordsOf(line: string): unknown {
  return line.startsWith('{') ? (JSON.parse(line) as { msg: unknown }).msg : line;
}
