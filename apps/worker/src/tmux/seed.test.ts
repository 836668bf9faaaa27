/** The seed of a real pane draws what the program drew: two terminals are compared, cell by cell. */
import { systemClock } from '@dashboard/runtime/clock';
import { expect, onTestFinished, test } from 'vitest';
import { draw } from '../../test/drawn-screen.ts';
import { Recording, shell, SIZE, startTmuxEngine } from '../../test/pane-fixture.ts';
import type { Pane, ScreenSeed } from '../session/ports.ts';

const DRAWINGS = {
  'coloured text': String.raw`printf '\033[1;31mred\033[0m \033[48;5;20mblue \033[38;2;1;2;3mrgb\033[0m\n\033[44mwhole row%71s\033[0m\nplain\033[7m inv \033[27m\n'; printf '\033[4mline\033[24m\033[3mit\033[0m'`,
  'colours that go on over line ends': String.raw`printf '\033[1;33mone\ntwo\033[42m \033[49m\nthree\n'; seq 1 40`,
  'wide characters and emoji': String.raw`printf '漢字 é ｱ 👩 done\n'; printf 'end'`,
  'lines that wrap': String.raw`seq -s ' ' 1 200; printf '%0200d\nx' 7`,
  'more than a screen': String.raw`seq 1 300; printf '\033[5;7H'`,
  'the alternate screen over the main one': String.raw`seq 1 60; printf '\033[?1049h\033[2J\033[3;4Halt \033[32mgreen\033[0m\033[10;20H'`,
  modes: String.raw`printf '\033[?1h\033=\033[?1002h\033[?1006h\033[?2004h\033[?1004h\033[?25l'`,
  'a scroll region with origin mode': String.raw`seq 1 30; printf '\033[5;15r\033[?6h\033[3;2Hin the region'`,
  'insert mode and no wrapping': String.raw`printf 'abc\033[4h\033[?7l\033[1;2H'`,
  'a cursor that has still to wrap': String.raw`printf '%080d' 5`,
  'the words of control mode': String.raw`printf '%%end 1 1 1\n%%error 1 2 1\n%%begin 1 3 1\n%%exit\n'`,
  'a title that tries to get out': String.raw`printf '\033]2;a|b|c %%exit #(touch pwned)\007shown'`,
};

async function reseed(pane: Pane, seen: Recording): Promise<ScreenSeed> {
  const before = seen.gaps.length;
  pane.reseed?.();
  await seen.until(({ gaps }) => gaps.length > before, 'the seed');
  return seen.gaps.at(-1) ?? expect.unreachable();
}

test.each(Object.entries(DRAWINGS))('the seed redraws %s', async (_name, script) => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const pane = await engine.launch(
    shell(`stty -echo; ${script}; printf '\\033]0\\007'; exec cat`),
    seen,
  );
  onTestFinished(() => pane.signal('SIGKILL'));
  await seen.untilText('\u001b]0\u0007');
  const seed = await reseed(pane, seen);
  expect(await draw(seed.size, seed.bytes)).toEqual(await draw(SIZE, ...seen.chunks));
});

test('what the next bytes do is the same after the seed as without it', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  // It stops within a control sequence.
  const script = String.raw`stty -echo; printf 'a\033[3'; read _; printf '1mred\033[0m\nb'; exec cat`;
  const pane = await engine.launch(shell(script), seen);
  await seen.untilText('a\u001b[3');
  const seed = await reseed(pane, seen);
  const before = seen.chunks.length;
  pane.write(Buffer.from('\n'));
  await seen.untilText('\r\nb');
  const without = await draw(SIZE, ...seen.chunks);
  expect(await draw(SIZE, seed.bytes, ...seen.chunks.slice(before))).toEqual(without);
  pane.signal('SIGKILL');
});

test('what is typed while the screen is read out reaches the program, once and in order', async () => {
  const engine = await startTmuxEngine();
  const seen = new Recording();
  const pane = await engine.launch(shell('stty raw -echo; printf ready; exec cat'), seen);
  onTestFinished(() => pane.signal('SIGKILL'));
  await seen.untilText('ready');
  const typed: string[] = [];
  for (let round = 0; round < 5; round++) {
    pane.reseed();
    for (let key = 0; seen.gaps.length === round; key++) {
      const keys = `<${round}.${key}>`;
      typed.push(keys);
      pane.write(Buffer.from(keys));
      await new Promise<void>((next) => systemClock.after(1, next));
    }
  }
  await expect.poll(() => text(seen), { timeout: 5_000 }).toBe(`ready${typed.join('')}`);
});

/** All that was printed: what came before the last gap is in its seed. */
async function text({ gaps, sinceGap }: Recording): Promise<string> {
  const seed = gaps.at(-1)?.bytes ?? new Uint8Array();
  const { lines } = await draw(SIZE, seed, ...sinceGap);
  return lines.join('').trimEnd();
}
