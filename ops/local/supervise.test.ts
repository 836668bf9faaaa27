/** The supervisor with real, tiny programs: what it starts again, what it gives up, how it stops. */
import { existsSync, readFileSync } from 'node:fs';
import { systemClock } from '@dashboard/runtime/clock';
import { expect, test } from 'vitest';
import type { Program } from './child.ts';
import { Supervisor } from './supervise.ts';

const SERVE = `console.log('{"level":30,"event":"listening","msg":"serving"}');require('node:net').createServer().listen(0);`;
const SAY_STOP = `process.on('SIGTERM',()=>{console.log('{"level":30,"msg":"stopping"}');process.exit(0)});`;

test('programs start in order and stop in reverse', async () => {
  const { supervisor, waitFor, seen } = supervise([
    program('worker', SAY_STOP + SERVE),
    program('gateway', SAY_STOP + SERVE),
  ]);
  const code = supervisor.run();
  await waitFor('gateway: serving');
  supervisor.stop();
  expect(await code).toBe(0);
  expect(seen).toEqual([
    'worker: serving',
    'gateway: serving',
    'gateway: stopping',
    'worker: stopping',
  ]);
});

test('a program that is killed comes back, the other is left alone', async () => {
  const { supervisor, waitFor, seen } = supervise([
    program('worker', `${SAY_STOP}${SERVE}`),
    program('gateway', `${SAY_STOP}${SERVE}console.log(process.pid)`),
  ]);
  const code = supervisor.run();
  const pid = await waitFor(/^gateway: (\d+)$/);
  seen.length = 0;
  process.kill(Number(pid), 'SIGKILL');
  await waitFor('gateway: serving');
  expect(seen[0]).toBe('gateway: died (SIGKILL), starts again in 0.1 s');
  supervisor.stop();
  expect(await code).toBe(0);
  expect(seen.filter((line) => line.startsWith('worker'))).toEqual(['worker: stopping']);
});

test('each death in a row doubles the wait', async () => {
  const { supervisor, waitFor, seen } = supervise([program('worker', `${SERVE}process.exit(3)`)]);
  const code = supervisor.run();
  await waitFor(/starts again in 0.4 s/);
  supervisor.stop();
  expect(await code).toBe(0);
  expect(seen.filter((line) => line.includes('died'))).toEqual([
    'worker: died (exit code 3), starts again in 0.1 s',
    'worker: died (exit code 3), starts again in 0.2 s',
    'worker: died (exit code 3), starts again in 0.4 s',
  ]);
});

test('78, bad configuration, is final: the others are stopped and 78 is handed on', async () => {
  const { supervisor, seen } = supervise([
    program('worker', SAY_STOP + SERVE),
    program('gateway', `console.error('PORT is "x"');process.exitCode=78`),
  ]);
  expect(await supervisor.run()).toBe(78);
  expect(seen).toEqual(['worker: serving', 'gateway: PORT is "x"', 'worker: stopping']);
});

test('a program that never serves is given up after five tries', async () => {
  const { supervisor, seen } = supervise([
    program('worker', 'process.exit(1)'),
    program('gateway', SERVE),
  ]);
  expect(await supervisor.run()).toBe(1);
  expect(seen.at(-1)).toBe('worker: died 5 times without ever serving (exit code 1)');
  expect(seen.filter((line) => line.startsWith('gateway'))).toEqual([]);
});

test('a second stop kills what does not want to end, with what it started', async () => {
  const stubborn =
    `process.on('SIGTERM',()=>console.log('no'));` +
    `require('node:child_process').spawn('sh',['-c','echo $$;trap "" TERM;sleep 1000'],{stdio:'inherit'});`;
  const { supervisor, waitFor } = supervise([program('worker', stubborn + SERVE)]);
  const code = supervisor.run();
  const grandchild = Number(await waitFor(/^worker: (\d+)$/));
  supervisor.stop();
  await waitFor('worker: no');
  supervisor.stop();
  expect(await code).toBe(130);
  await expect.poll(() => isAlive(grandchild)).toBe(false);
});

/** Where nobody reaps orphans a dead one stays as a zombie, without a command line. */
function isAlive(pid: number): boolean {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8') !== '';
}

function program(name: string, script: string): Program {
  return { name, argv: [process.execPath, '-e', script], env: { PATH: process.env['PATH'] ?? '' } };
}

function supervise(programs: readonly Program[]) {
  const seen: string[] = [];
  let wake = () => undefined as void;
  const note = (name: string, text: string) => {
    seen.push(`${name}: ${text}`);
    wake();
  };
  const supervisor = new Supervisor(programs, systemClock, {
    logged: (name, line) => note(name, line.message),
    happened: note,
  });
  /** Resolves with what the pattern captures. The test's own deadline ends the wait. */
  const waitFor = async (what: string | RegExp): Promise<string> => {
    for (;;) {
      for (const line of seen) {
        const match = typeof what === 'string' ? line === what : what.exec(line);
        if (match) return typeof match === 'object' ? (match[1] ?? line) : line;
      }
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { supervisor, waitFor, seen };
}
