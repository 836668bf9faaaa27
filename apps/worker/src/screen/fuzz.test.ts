/** Streams nobody wrote: random sequences in random order, and bytes that mean nothing at all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainTerminal, stateOf, write } from '../../test/screen/terminal-state.ts';
import { CharsetNames } from './cursors.ts';
import { Emulator, type EmulatorEvents } from './emulator.ts';

const SIZE = { cols: 12, rows: 5 };
const SILENT: EmulatorEvents = { reply() {}, title() {}, bell() {} };
const charsets = new CharsetNames();

const text = fc.constantFrom(
  'a',
  'word ',
  'a longer line than twelve',
  ' ',
  '   ',
  '漢',
  '字字字字字字字',
  'e\u0301',
  '\u0301',
  '👩\u200d👧',
  '─',
  'q',
  '\r',
  '\n',
  '\r\n',
  '\b',
  '\t',
  '\0',
  '\x0e',
  '\x0f',
  '\u0085',
  '\ufe0f',
);
const small = fc.integer({ min: 0, max: 14 });
const control = fc.oneof(
  fc
    .tuple(small, small, fc.constantFrom('H', 'r', 'f'))
    .map(([a, b, final]) => `\x1b[${a};${b}${final}`),
  fc
    .tuple(small, fc.constantFrom(...'ABCDEFGLMPSTXZI@bd`ae'))
    .map(([a, final]) => `\x1b[${a}${final}`),
  fc
    .tuple(fc.constantFrom('0', '1', '2', '3', ''), fc.constantFrom('J', 'K', '?J', '?K'))
    .map(([a, final]) =>
      final.startsWith('?') ? `\x1b[?${a}${final.slice(1)}` : `\x1b[${a}${final}`,
    ),
  fc
    .tuple(
      fc.constantFrom(
        1,
        5,
        6,
        9,
        12,
        25,
        45,
        47,
        66,
        1000,
        1002,
        1003,
        1004,
        1005,
        1006,
        1016,
        1047,
        1048,
        1049,
        2004,
        2026,
      ),
      fc.constantFrom('h', 'l'),
    )
    .map(([mode, final]) => `\x1b[?${mode}${final}`),
  fc.constantFrom(
    '\x1b[4h',
    '\x1b[4l',
    '\x1b[20h',
    '\x1b[20l',
    '\x1b7',
    '\x1b8',
    '\x1b[s',
    '\x1b[u',
    '\x1bM',
    '\x1bD',
    '\x1bE',
    '\x1bH',
    '\x1b[g',
    '\x1b[3g',
    '\x1b#8',
    '\x1b[!p',
    '\x1bc',
    '\x1b=',
    '\x1b>',
    '\x1b[1"q',
    '\x1b[0"q',
    '\x1b[3 q',
    '\x1b[0 q',
    "\x1b[2'}",
    "\x1b[2'~",
    '\x1b[1 @',
    '\x1b[1 A',
  ),
);
const look = fc
  .array(
    fc.constantFrom(
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '7',
      '8',
      '9',
      '21',
      '22',
      '24',
      '27',
      '4:3',
      '31',
      '42',
      '95',
      '106',
      '38;5;99',
      '48;2;1;2;3',
      '38;2;4;5;6',
      '58;5;7',
      '53',
      '39',
      '49',
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((codes) => `\x1b[${codes.join(';')}m`);
const anything = fc
  .array(fc.oneof({ weight: 3, arbitrary: text }, { weight: 3, arbitrary: control }, look), {
    maxLength: 60,
  })
  .map((parts) => Buffer.from(parts.join('')));

test('a snapshot anywhere in a random stream and the rest are the whole', () => {
  fc.assert(
    fc.property(anything, fc.nat(), (bytes, place) => {
      const cut = place % (bytes.length + 1);
      const parsed = new Emulator({ size: SIZE, offset: 0, charsets }, SILENT);
      parsed.write(bytes.subarray(0, cut));
      const snapshot = parsed.snapshot(Infinity);
      parsed.dispose();
      const whole = plainTerminal(SIZE);
      write(whole, bytes);
      const restored = plainTerminal(SIZE);
      write(restored, snapshot.bytes, bytes.subarray(snapshot.offset));
      expect(
        stateOf(restored),
        Buffer.from(snapshot.bytes).toString().replaceAll('\x1b', '␛') +
          ' @@ ' +
          bytes.subarray(0, cut).toString().replaceAll('\x1b', '␛') +
          ' || ' +
          bytes.subarray(snapshot.offset).toString().replaceAll('\x1b', '␛'),
      ).toEqual(stateOf(whole));
    }),
    { numRuns: 500 },
  );
});
