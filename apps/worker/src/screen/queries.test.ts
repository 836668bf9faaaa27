/** Exactly one answer to each question, the right one, and none that somebody else gives. */
import { expect, test } from 'vitest';
import { TaskHarness } from '../../test/screen/task-harness.ts';
import type { QueryKind } from '../session/ports.ts';

const SIZE = { cols: 80, rows: 24 };
const ESC = '\x1b';
const ST = `${ESC}\\`;

const QUERIES: readonly (readonly [QueryKind, string, string, string])[] = [
  ['da1', 'what are you', `${ESC}[c`, `${ESC}[?1;2c`],
  ['da1', 'what are you, with a zero', `${ESC}[0c`, `${ESC}[?1;2c`],
  ['da2', 'which version', `${ESC}[>c`, `${ESC}[>0;276;0c`],
  ['da3', 'which unit', `${ESC}[=c`, `${ESC}P!|00000000${ST}`],
  ['dsr', 'are you well', `${ESC}[5n`, `${ESC}[0n`],
  ['dsr', 'where is the cursor', `${ESC}[3;7H${ESC}[6n`, `${ESC}[3;7R`],
  ['dsr', 'where is it past the end', `${ESC}[1;80Hx${ESC}[6n`, `${ESC}[1;80R`],
  ['dsr', 'where is it in the region', `${ESC}[5;9r${ESC}[?6h${ESC}[2;1H${ESC}[6n`, `${ESC}[2;1R`],
  ['dsr', 'where, the DEC way', `${ESC}[?6n`, `${ESC}[?1;1R`],
  ['dsr', 'light or dark', `${ESC}[?996n`, `${ESC}[?997;1n`],
  ['decrqm', 'insert mode, off', `${ESC}[4$p`, `${ESC}[4;2$y`],
  ['decrqm', 'insert mode, on', `${ESC}[4h${ESC}[4$p`, `${ESC}[4;1$y`],
  ['decrqm', 'autowrap', `${ESC}[?7$p`, `${ESC}[?7;1$y`],
  ['decrqm', 'synchronized output, off', `${ESC}[?2026$p`, `${ESC}[?2026;2$y`],
  ['decrqm', 'bracketed paste, on', `${ESC}[?2004h${ESC}[?2004$p`, `${ESC}[?2004;1$y`],
  ['decrqm', 'focus reports, off', `${ESC}[?1004$p`, `${ESC}[?1004;2$y`],
  ['decrqm', 'SGR mouse, on', `${ESC}[?1006h${ESC}[?1006$p`, `${ESC}[?1006;1$y`],
  ['decrqm', 'any motion, on', `${ESC}[?1003h${ESC}[?1003$p`, `${ESC}[?1003;1$y`],
  ['decrqm', 'alternate screen, on', `${ESC}[?1049h${ESC}[?1049$p`, `${ESC}[?1049;1$y`],
  ['decrqm', 'hidden cursor', `${ESC}[?25l${ESC}[?25$p`, `${ESC}[?25;2$y`],
  ['decrqm', 'a mode nobody has', `${ESC}[?31337$p`, `${ESC}[?31337;0$y`],
  ['decrqss', 'the pen', `${ESC}[1;38;5;99;4:3m${ESC}P$qm${ST}`, `${ESC}P1$r0;1;4:3;38;5;99m${ST}`],
  ['decrqss', 'the scroll region', `${ESC}[3;9r${ESC}P$qr${ST}`, `${ESC}P1$r3;9r${ST}`],
  ['decrqss', 'the cursor', `${ESC}[5 q${ESC}P$q q${ST}`, `${ESC}P1$r5 q${ST}`],
  ['decrqss', 'protection', `${ESC}[1"q${ESC}P$q"q${ST}`, `${ESC}P1$r1"q${ST}`],
  ['decrqss', 'a setting nobody has', `${ESC}P$qz${ST}`, `${ESC}P0$r${ST}`],
  ['osc-colour', 'the foreground', `${ESC}]10;?\x07`, `${ESC}]10;rgb:e6e6/e6e6/e6e6${ST}`],
  ['osc-colour', 'the background', `${ESC}]11;?${ST}`, `${ESC}]11;rgb:1010/1212/1616${ST}`],
  [
    'osc-colour',
    'a cursor that was set',
    `${ESC}]12;#f00${ST}${ESC}]12;?${ST}`,
    `${ESC}]12;rgb:f0f0/0000/0000${ST}`,
  ],
  ['osc-colour', 'a palette colour', `${ESC}]4;208;?${ST}`, `${ESC}]4;208;rgb:ffff/8787/0000${ST}`],
  ['osc-colour', 'a grey', `${ESC}]4;255;?${ST}`, `${ESC}]4;255;rgb:eeee/eeee/eeee${ST}`],
  [
    'osc-colour',
    'one set and reset',
    `${ESC}]4;1;#fff${ST}${ESC}]104${ST}${ESC}]4;1;?${ST}`,
    `${ESC}]4;1;rgb:cccc/0000/0000${ST}`,
  ],
  ['xtversion', 'your name', `${ESC}[>q`, `${ESC}P>|xterm.js(6.0.0)${ST}`],
  ['kitty-keyboard', 'keyboard flags', `${ESC}[>5u${ESC}[?u`, `${ESC}[?1u`],
  ['xtwinops', 'size in cells', `${ESC}[18t`, `${ESC}[8;24;80t`],
  ['xtwinops', 'size of the screen', `${ESC}[19t`, `${ESC}[9;24;80t`],
  ['xtwinops', 'size in pixels', `${ESC}[14t`, `${ESC}[4;384;640t`],
  ['xtwinops', 'size of a cell', `${ESC}[16t`, `${ESC}[6;16;8t`],
  ['xtwinops', 'the title, which is never typed', `${ESC}]2;rm -rf\x07${ESC}[21t`, `${ESC}]l${ST}`],
];

test.each(QUERIES)('%s, %s: one answer', (...[, , bytes, answer]) => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(bytes);
  expect(screen.replies).toEqual([answer]);
});

test.each(QUERIES)('%s, %s: no answer where somebody else gives it', (...[kind, , bytes]) => {
  const screen = new TaskHarness({ size: SIZE, answeredElsewhere: [kind] });
  screen.write(bytes);
  expect(screen.replies).toEqual([]);
});

test('questions that come in pieces are answered when they are whole', () => {
  const screen = new TaskHarness({ size: SIZE });
  for (const [, , bytes] of QUERIES)
    for (const byte of Buffer.from(bytes)) screen.write(Uint8Array.of(byte));
  expect(screen.replies.length).toBe(QUERIES.length);
});

test('several colours asked for at once get an answer each', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(`${ESC}]10;?;?;?${ST}${ESC}]4;1;?;2;?${ST}`);
  expect(screen.replies.join('').match(/rgb:/g)).toHaveLength(5);
});

test('reports, resizes and renames are no questions', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(
    `${ESC}[?1;2c${ESC}[1c${ESC}[8;50;50t${ESC}[2t${ESC}[22t${ESC}[23t${ESC}[?62n${ESC}[0n${ESC}Ptext${ST}`,
  );
  expect(screen.replies).toEqual([]);
  expect(screen.snapshot().text).not.toContain('50');
});

test('nothing that a seed asks is answered, nor rings, nor is it asked again by waking up', () => {
  const bytes = new Uint8Array(Buffer.from(QUERIES.map(([, , text]) => text).join('') + '\x07'));
  const screen = new TaskHarness({ size: SIZE, seed: { size: SIZE, bytes } });
  screen.queue({ kind: 'reseed', seed: { size: SIZE, bytes: bytes.slice() }, offset: 9 });
  screen.queue({ kind: 'reconcile', seed: { size: SIZE, bytes: bytes.slice() }, offset: 9 });
  screen.queue({ kind: 'pack' });
  expect(screen.text()).not.toEqual(['no answer']);
  expect(screen.replies).toEqual([]);
  expect(screen.count('bell')).toBe(0);
  screen.write(`${ESC}[5n`);
  expect(screen.replies).toEqual([`${ESC}[0n`]);
});

test('a program that asks without end is not answered without end', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(`${ESC}[c`.repeat(100_000));
  expect(screen.replies.join('').length).toBeLessThan(100_000);
});
