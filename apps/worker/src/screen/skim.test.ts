/** Skimmed or parsed, a flood leaves the same screen; what is more than plain is never passed over. */
import { expect, test } from 'vitest';
import { emulate, stateOf } from '../../test/screen/terminal-state.ts';
import { SCROLLBACK_KEPT_LINES } from './limits.ts';

const SIZE = { cols: 20, rows: 6 };
const LINES = SIZE.rows + SCROLLBACK_KEPT_LINES;
/** Comparing each line of a long scrollback takes its time. */
const COMPARED_LINES = 40;

/** What may stand on the screen, and around it, when a flood begins. */
const BEFORE = {
  'an empty screen': '',
  'a full scrollback': 'word\r\n'.repeat(LINES + 10),
  'the alternate screen': '\x1b[?1049h\x1b[3;4H',
  'a scroll region': '\x1b[2;4r\x1b[1;1H',
  'a pen': '\x1b[31;4mred',
  'a saved cursor and no wrapping': '\x1b7\x1b[5;5H\x1b[?7l',
  'insert and line feed mode': '\x1b[4h\x1b[20h',
  'half a sequence': '\x1b[1',
};

/** Lines that are skimmed, and what they leave behind. */
const COLOURED = '\x1b[32;1m\tgreen\r\n\x1b[0m\x1b[38;2;1;2;3;48;5;9mcafé 漢字\x1b[4:3m\r\n';
const numbered = (count: number, end: string): string =>
  Array.from({ length: count }, (_, index) => `line ${index}${end}`).join('');
const FLOODS = {
  'colours, then plain lines': COLOURED.repeat(20) + numbered(LINES, '\r\n'),
  'lines without return': COLOURED.repeat(20) + numbered(LINES + 20, '\n'),
  'a cursor that moves up late': `${COLOURED.repeat(20)}${numbered(LINES + 3, '\r\n')}\x1b[5A\x1b[JEnd`,
  'long lines': `${'a line that is longer than the screen is wide'.repeat(9)}\r\n`.repeat(
    LINES + 20,
  ),
};

function stateAfter(before: string, flood: string, { isSkimmed }: { isSkimmed: boolean }) {
  const emulator = emulate(SIZE, Buffer.from(before));
  const bytes = Buffer.from(flood);
  emulator.write(isSkimmed ? bytes.subarray(emulator.skim(bytes)) : bytes);
  expect(emulator.end).toBe(Buffer.byteLength(before) + bytes.length);
  return stateOf(emulator.core, before === '' ? SCROLLBACK_KEPT_LINES : COMPARED_LINES);
}

const CASES = Object.entries(BEFORE).flatMap(([name, before]) =>
  Object.entries(FLOODS).map(([what, flood]) => ({ name, before, what, flood })),
);

test.each(CASES)('$what after $name', ({ before, flood }) => {
  const whole = stateAfter(before, flood, { isSkimmed: false });
  expect(stateAfter(before, flood, { isSkimmed: true })).toEqual(whole);
});

test('most of a long flood is passed over', () => {
  const bytes = Buffer.from('\x1b[33mline\x1b[0m of many\r\n'.repeat(10 * LINES));
  expect(emulate(SIZE).skim(bytes)).toBeGreaterThan(0.8 * bytes.length);
});

test.each([
  ['a title', '\x1b]2;title\x07'],
  ['a question', '\x1b[c'],
  ['a bell', '\x07'],
  ['a mode', '\x1b[?2004h'],
  ['a control character of two bytes', '\u009b5A'],
])('%s in it is not passed over', (_what, more) => {
  const lines = 'line\r\n'.repeat(3 * LINES);
  expect(emulate(SIZE).skim(Buffer.from(lines + more + lines))).toBeLessThan(lines.length);
  expect(emulate(SIZE).skim(Buffer.from(more + lines))).toBe(0);
});
