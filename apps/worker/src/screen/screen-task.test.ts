/** One screen's jobs: order, frames, seeds, sleep, notices, and what happens when xterm.js fails. */
import { expect, test } from 'vitest';
import { TITLE_CHARS_MAX } from '@dashboard/protocol/limits';
import { emulate } from '../../test/screen/terminal-state.ts';
import { TaskHarness } from '../../test/screen/task-harness.ts';
import { FRAME_HELD_MS, LINKS_MAX, NOTICE_INTERVAL_MS, REBUILD_EVERY_BYTES } from './limits.ts';

const SIZE = { cols: 30, rows: 5 };
const ESC = '\x1b';

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text));
}

test('what was asked between two writes is answered between them', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.queue({ kind: 'write', bytes: bytesOf('one') });
  screen.queue({ kind: 'snapshot', scrollbackLines: 0 });
  screen.queue({ kind: 'write', bytes: bytesOf('two') });
  screen.queue({ kind: 'resize', size: { cols: 10, rows: 2 } });
  screen.queue({ kind: 'snapshot', scrollbackLines: 0 });
  screen.run();
  const taken = screen.said.flatMap((answer) => (answer.kind === 'snapshot' ? [answer] : []));
  expect(taken.map(({ offset }) => offset)).toEqual([3, 6]);
  expect(taken.map(({ size }) => size.cols)).toEqual([30, 10]);
});

test('a character cut in two is whole, wherever it was cut', () => {
  const text = 'dash — “quoted” … 漢字 👩\u200d👧 e\u0301';
  for (let cut = 0; cut <= Buffer.byteLength(text); cut++) {
    const screen = new TaskHarness({ size: SIZE });
    screen.write(Buffer.from(text).subarray(0, cut));
    screen.write(Buffer.from(text).subarray(cut));
    expect(screen.text()).toEqual([text]);
  }
});

test('a snapshot asked for in the middle of a frame is of the whole frame', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(`old${ESC}[?2026h\r`);
  screen.queue({ kind: 'text', rowsMax: 5 });
  screen.run();
  expect(screen.count('text')).toBe(0);
  screen.write(`new${ESC}[?2026l`);
  expect(screen.said.findLast(({ kind }) => kind === 'text')).toMatchObject({ rows: ['new'] });
});

test('a frame that does not end is shown when its time is up', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(`old${ESC}[?2026h\rnew`);
  screen.queue({ kind: 'text', rowsMax: 5 });
  screen.run();
  screen.clock.advance(FRAME_HELD_MS - 1);
  expect(screen.count('text')).toBe(0);
  screen.clock.advance(1);
  expect(screen.said.findLast(({ kind }) => kind === 'text')).toMatchObject({ rows: ['new'] });
});

test('a seed that ends inside a sequence goes on with the output', () => {
  const seed = { size: SIZE, bytes: bytesOf(`seeded ${ESC}[3`) };
  const screen = new TaskHarness({ size: SIZE, offset: 1000, seed });
  const { offset, bytes } = screen.snapshot();
  expect(offset).toBe(1000);
  const viewer = emulate(SIZE, bytes, Buffer.from('1mred'));
  screen.write('1mred');
  expect(viewer.text(1)).toEqual(['seeded red']);
  expect(viewer.snapshot(0).bytes).toEqual(Buffer.from(screen.snapshot().bytes));
});

test('a reseed forgets what was not parsed and answers from the seed', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.queue({ kind: 'write', bytes: bytesOf('never parsed') });
  screen.queue({ kind: 'text', rowsMax: 5 });
  screen.queue({ kind: 'reseed', seed: { size: SIZE, bytes: bytesOf('seeded') }, offset: 500 });
  screen.write('!');
  expect(screen.said.find(({ kind }) => kind === 'text')).toMatchObject({ rows: ['seeded'] });
  expect(screen.snapshot().offset).toBe(501);
  expect(screen.said.findLast(({ kind }) => kind === 'progress')).toMatchObject({ totalBytes: 13 });
});

test.each([
  ['the same text', 'one\r\ntwo', false],
  ['the same text in other colours', `${ESC}[31mone${ESC}[m\r\ntwo   `, false],
  ['one line more', 'one\r\ntwo\r\nthree', true],
  ['a scrollback of which nothing is here', `${'x\r\n'.repeat(9)}one\r\ntwo\r\n\r\n\r\n`, false],
])('reconciling with %s', (_, text, differs) => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write('one\r\ntwo');
  screen.queue({ kind: 'reconcile', seed: { size: SIZE, bytes: bytesOf(text) }, offset: 8 });
  screen.run();
  expect(screen.said.at(-1)).toMatchObject({ kind: 'reconciled', differs });
  expect(screen.text().at(-1)).toBe(differs ? text.trimEnd().split('\r\n').at(-1) : 'two');
  expect(screen.snapshot().offset).toBe(8);
});

test('reconciling compares the end of the scrollback where one has more', () => {
  const lines = Array.from({ length: 40 }, (_, line) => `line ${line}`);
  const screen = new TaskHarness({ size: SIZE });
  screen.write(lines.join('\r\n'));
  const seed = { size: SIZE, bytes: bytesOf(lines.slice(20).join('\r\n')) };
  screen.queue({ kind: 'reconcile', seed, offset: 0 });
  screen.run();
  expect(screen.said.at(-1)).toMatchObject({ differs: false });
});

test('asleep it takes a few kilobytes, and wakes as it was, in the middle of a sequence too', () => {
  const lines = Array.from({ length: 900 }, (_, at) => `${ESC}[3${at % 8}mline ${at}${ESC}[m\r\n`);
  const output = `${lines.join('')}${ESC}[?1003h${ESC}[?1006h${ESC}[?2004h${ESC}]2;title${ESC}\\${ESC}[3`;
  const screen = new TaskHarness({ size: SIZE });
  screen.write(output);
  const before = screen.snapshot(5000);
  screen.queue({ kind: 'pack' });
  screen.run();
  const answer = screen.said.at(-1);
  const packedBytes = answer?.kind === 'packed' ? answer.packed.bytes.length : Infinity;
  expect(packedBytes).toBeLessThan(10_000);
  expect(screen.snapshot(5000)).toMatchObject({ offset: before.offset, text: before.text });
  screen.write('1mred');
  const awake = new TaskHarness({ size: SIZE });
  awake.write(`${output}1mred`);
  expect(screen.snapshot(5000).text).toBe(awake.snapshot(5000).text);
});

test('waking up announces nothing, not even the titles that lie on the stack', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(`${ESC}]2;old\x07${ESC}[22t${ESC}]2;new\x07`);
  screen.clock.advance(NOTICE_INTERVAL_MS);
  screen.clock.advance(NOTICE_INTERVAL_MS);
  screen.queue({ kind: 'pack' });
  screen.write('awake');
  screen.clock.advance(NOTICE_INTERVAL_MS);
  expect(screen.titles).toEqual(['old', 'new']);
  screen.write(`${ESC}[23t`);
  expect(screen.titles).toEqual(['old', 'new', 'old']);
});

test('titles come at once, then the newest at a pace; bells too', () => {
  const screen = new TaskHarness({ size: SIZE });
  for (let at = 0; at < 1000; at++) screen.write(`${ESC}]0;title ${at}\x07\x07`);
  expect(screen.titles).toEqual(['title 0']);
  expect(screen.count('bell')).toBe(0);
  screen.clock.advance(NOTICE_INTERVAL_MS);
  expect(screen.titles).toEqual(['title 0', 'title 999']);
  expect(screen.count('bell')).toBe(1);
  screen.clock.advance(10 * NOTICE_INTERVAL_MS);
  expect(screen.titles).toHaveLength(2);
  expect(screen.count('bell')).toBe(1);
  screen.write('\x07');
  expect(screen.count('bell')).toBe(2);
  screen.clock.advance(NOTICE_INTERVAL_MS);
  expect(screen.clock.pending).toBe(0);
});

test('a title has no control characters, a bounded length, and is pushed and popped', () => {
  const screen = new TaskHarness({ size: SIZE });
  screen.write(`${ESC}]2;a\u007fb\u2028c\x07`);
  screen.clock.advance(NOTICE_INTERVAL_MS);
  screen.write(`${ESC}[22;0t${ESC}]2;${'x'.repeat(5000)}\x07`);
  screen.clock.advance(NOTICE_INTERVAL_MS);
  screen.write(`${ESC}[23;0t`);
  screen.clock.advance(NOTICE_INTERVAL_MS);
  expect(screen.titles).toHaveLength(3);
  expect(screen.titles[1]).toHaveLength(TITLE_CHARS_MAX);
  expect(screen.titles[2]).toBe(screen.titles[0]);
  expect(screen.titles[0]).toBe('abc');
});

test('links that are printed over and over do not fill memory, and those on the screen stay', () => {
  const screen = new TaskHarness({ size: SIZE });
  const frame = (at: number) =>
    `${ESC}[H${ESC}]8;;https://example.org/${at}${ESC}\\link${ESC}]8;;${ESC}\\`;
  screen.write(`${ESC}[?1049h`);
  const printed = Array.from({ length: 5 * LINKS_MAX }, (_, at) => frame(at)).join('');
  screen.write(printed);
  expect(printed.length).toBeGreaterThan(REBUILD_EVERY_BYTES);
  expect(screen.snapshot().text).toContain('https://example.org/');
  screen.write(`${' '.repeat(REBUILD_EVERY_BYTES)}${frame(999_999)}`);
  expect(screen.snapshot().text).toContain('https://example.org/999999');
});
