/** FIFOs leave nobody waiting, also where the worker was killed before both ends were open. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { expect, onTestFinished, test } from 'vitest';
import { makeFifos, removeFifo } from './pane-tap.ts';

const PATH = '/usr/local/bin:/usr/bin:/bin';

test.each(['exec cat > "$0"', 'exec cat < "$0"'])('%s does not wait for ever', async (script) => {
  const fifo = join(await temporaryDirectory(), 'fifo');
  await makeFifos([fifo], { PATH });
  const shell = spawn('/bin/sh', ['-c', script, fifo], {
    env: { PATH },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void shell.kill('SIGKILL'));
  const ended = once(shell, 'exit');
  // All that a shell can sleep in here is open(2): it has not become cat(1) yet.
  const state = (): string => readFileSync(`/proc/${shell.pid}/stat`, 'utf8');
  await until(() => state().includes('(sh) S '), { what: 'the shell waits for the other end' });

  await removeFifo(fifo);
  shell.stdin.end();
  await ended;
  expect(existsSync(fifo)).toBe(false);
});

test('a FIFO that is gone already is no error', async () => {
  await removeFifo(join(await temporaryDirectory(), 'fifo'));
});
