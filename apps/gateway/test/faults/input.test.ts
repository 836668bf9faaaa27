/** The gateway is killed while somebody types: the program reads every byte once, in order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf } from '@dashboard/testkit/numbered-lines';
import { startStack } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { countFrom, keepFigures } from './faults.ts';

const ROUNDS = countFrom('FAULT_ROUNDS', 2);
/** Typed before and after each kill: more than may be under way at once (64 KiB). */
const LINES_EACH = 4_000;

test.each(['tmux', 'pty'] as const)(
  '%s: what is typed while the gateway is killed reaches the program once',
  { timeout: 60_000 + ROUNDS * 15_000 },
  async (engine) => {
    const { owner, projects, gateway } = await startStack({ engine });
    const { id } = await owner.startSession({ directory: projects });
    const viewer = new TerminalClient(owner, id, { isPersistent: true });
    await viewer.attach();
    viewer.type('stty raw -echo; echo re""ady; exec cat > typed.txt\r');
    await viewer.waitForText('ready');
    await until(() => viewer.unackedBytes === 0, { what: 'the command is acknowledged' });
    const path = join(projects, 'typed.txt');

    let typed = '';
    const type = (): void => {
      const from = typed.length / (lineOf(0).length + 1);
      const lines = Array.from({ length: LINES_EACH }, (_, at) => `${lineOf(from + at)}\n`);
      typed += lines.join('');
      viewer.type(lines.join(''));
    };
    let unackedAtKills = 0;
    let sizeBefore = 0;
    for (let round = 0; round < ROUNDS; round++) {
      type();
      await until(() => sizeOf(path) > sizeBefore, { what: 'the program has read some of it' });
      sizeBefore = sizeOf(path);
      unackedAtKills += viewer.unackedBytes;
      await gateway.kill('SIGKILL');
      type();
      await gateway.start();
    }
    await until(() => viewer.unackedBytes === 0, { what: 'all is accepted', timeoutMs: 60_000 });
    await until(() => sizeOf(path) >= typed.length, { what: 'all has arrived' });
    keepFigures(`input, ${engine}`, { ROUNDS, typed: typed.length, unackedAtKills });
    expect(readFileSync(path, 'latin1') === typed, 'the same bytes, once, in order').toBe(true);
    expect(unackedAtKills).toBeGreaterThan(0);
  },
);

function sizeOf(path: string): number {
  return readFileSync(path).length;
}
