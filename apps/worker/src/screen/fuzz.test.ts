/** Streams nobody wrote: random sequences in random order, and bytes that mean nothing at all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emulate, plainTerminal, stateOf, write } from '../../test/screen/terminal-state.ts';

const SIZE = { cols: 12, rows: 5 };

/** Without marks that stand alone and without tearing wide characters: nobody can print those. */
const text = fc.constantFrom(
  'a',
  'word ',
  'a longer line than twelve',
  ' ',
  '   ',
  '漢',
  '字字字字字字字',
  'e\u0301',
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
);
const small = fc.integer({ min: 0, max: 14 });
const control = fc.oneof(
  fc
    .tuple(small, small, fc.constantFrom('H', 'r', 'f'))
    .map(([a, b, final]) => `\x1b[${a};${b}${final}`),
  fc
    .tuple(small, fc.constantFrom(...Array.from('ABCDEFGLMPSTXZI@bd`ae')))
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
      const parsed = emulate(SIZE, bytes.subarray(0, place % (bytes.length + 1)));
      const snapshot = parsed.snapshot(Infinity);
      const whole = plainTerminal(SIZE);
      const restored = plainTerminal(SIZE);
      write(whole, bytes.subarray(0, snapshot.offset));
      write(restored, snapshot.bytes);
      expect(stateOf(restored)).toEqual(stateOf(whole));
      write(whole, bytes.subarray(snapshot.offset));
      write(restored, bytes.subarray(snapshot.offset));
      expect(stateOf(restored)).toEqual(stateOf(whole));
    }),
    { numRuns: 500 },
  );
});

test('output is the same screen whatever pieces it comes in', () => {
  fc.assert(
    fc.property(anything, fc.array(fc.integer({ min: 1, max: 9 })), (bytes, lengths) => {
      const parsed = emulate(SIZE);
      let at = 0;
      for (const length of lengths) parsed.write(bytes.subarray(at, (at += length)));
      parsed.write(bytes.subarray(at));
      parsed.releaseFrame();
      const whole = emulate(SIZE, bytes);
      whole.releaseFrame();
      expect(stateOf(parsed.core)).toEqual(stateOf(whole.core));
    }),
    { numRuns: 300 },
  );
});

test('bytes that mean nothing are taken, drawn and read', () => {
  const noise = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      control.map((text) => Buffer.from(text)),
    ),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(noise, (pieces) => {
      const parsed = emulate(SIZE, ...pieces);
      parsed.resize({ cols: 30, rows: 3 });
      parsed.releaseFrame();
      const { bytes, offset } = parsed.snapshot(Infinity);
      expect(offset).toBeLessThanOrEqual(parsed.end);
      expect(emulate(parsed.size, bytes).rows(0).screen).toHaveLength(3);
      parsed.text(100);
    }),
    { numRuns: 500 },
  );
});

/** All guards are put on at once; that each works is tested in packages/xterm, where none can hang. */
test('terminals are guarded: where xterm.js throws, the cursor in the last corner, it erases', () => {
  const parsed = emulate(SIZE, Buffer.from(`${'x'.repeat(60)}\x1b[5;12H\x1b[1J`));
  expect(parsed.text(5)).toEqual([]);
  expect(stateOf(parsed.core)).toContain('cursor 11,4 pen ');
});
