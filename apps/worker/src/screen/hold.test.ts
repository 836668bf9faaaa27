/** Where a stream may be cut, held against the parser of xterm.js itself. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainTerminal, write } from '../../test/screen/terminal-state.ts';
import { Ground } from './ground.ts';
import { Hold } from './hold.ts';
import { FRAME_HELD_BYTES_MAX, SEQUENCE_BYTES_MAX } from './limits.ts';

const SIZE = { cols: 20, rows: 5 };
const core = plainTerminal(SIZE);
const { table } = core._inputHandler._parser._transitions;
const ESC = '\x1b';

/** Bytes that go somewhere: states of the parser, half characters, ends of strings. */
const telling = fc.oneof(
  fc.constantFrom(
    ...Buffer.from(
      '\x1b[]P_^X;:?>=!$ 0125hlmpqc\\\x07\x18\x1a\x9b\x9c\x9d\x90 a\x7f\x00',
      'latin1',
    ),
  ),
  fc.constantFrom(
    0xc2,
    0xc0,
    0xe2,
    0x82,
    0xac,
    0xed,
    0xa0,
    0xef,
    0xbb,
    0xbf,
    0xf0,
    0x9f,
    0x98,
    0x80,
    0xf8,
    0xff,
  ),
  fc.nat(255),
);

function joined(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString('latin1');
}

test('ground follows the parser of xterm.js state by state', () => {
  // Given byte by byte, xterm.js 6.0 loses a character that is cut behind 0x80; Hold gives it none.
  const uncut = telling.filter((byte) => byte !== 0x80);
  fc.assert(
    fc.property(fc.array(uncut, { maxLength: 60 }), (bytes) => {
      const { _parser: parser } = core._inputHandler;
      write(core, Uint8Array.of(0x18, 0x18)); // ends whatever the run before left
      const ground = new Ground(table);
      for (const byte of bytes) {
        ground.step(byte);
        write(core, Uint8Array.of(byte));
        expect(ground.state).toBe(parser.currentState);
      }
    }),
    { numRuns: 2000 },
  );
});

test('what is let through and what is held are all there was, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(telling)), (chunks) => {
      const hold = new Hold(table);
      const out = chunks.flatMap((chunk) => hold.take(Uint8Array.from(chunk)));
      expect(joined([...out, hold.peek()])).toBe(
        joined(chunks.map((chunk) => Uint8Array.from(chunk))),
      );
    }),
  );
});

test.each([
  ['half a character', 'ab\xe2\x82', 'ab'],
  ['an escape', `ab${ESC}`, 'ab'],
  ['a control sequence', `ab${ESC}[31`, 'ab'],
  ['a title', `ab${ESC}]2;title`, 'ab'],
  ['a title whose end has begun', `ab${ESC}]2;title${ESC}`, 'ab'],
  ['a synchronized frame', `ab${ESC}[?2026hcd${ESC}[m`, 'ab'],
  ['a frame begun together with other modes', `ab${ESC}[?25;2026hcd`, 'ab'],
  ['a frame that has ended', `ab${ESC}[?2026hcd${ESC}[?2026l`, `ab${ESC}[?2026hcd${ESC}[?2026l`],
  ['a question about frames', `${ESC}[?2026$pcd`, `${ESC}[?2026$pcd`],
  ['a frame ended by a reset', `${ESC}[?2026hcd${ESC}c`, `${ESC}[?2026hcd${ESC}c`],
])('%s is held until its end', (_, bytes, through) => {
  expect(joined(new Hold(table).take(Buffer.from(bytes, 'latin1')))).toBe(through);
});

test('a title of ten megabytes is swallowed in little memory, and what follows is not', () => {
  const hold = new Hold(table);
  expect(joined(hold.take(Buffer.from(`before${ESC}]2;`)))).toBe('before');
  let most = 0;
  for (let at = 0; at < 160; at++) {
    expect(hold.take(Buffer.alloc(64 * 1024, 'x'))).toEqual([]);
    most = Math.max(most, hold.heldBytes);
  }
  expect(most).toBeLessThanOrEqual(SEQUENCE_BYTES_MAX + 8);
  expect(hold.opener).toBe(`${ESC}]999999;`);
  expect(joined(hold.take(Buffer.from(`end\x07after`)))).toBe('after');
  expect(hold.opener).toBe('');
});

test('a sequence that breaks off a swallowed one is let through', () => {
  const hold = new Hold(table);
  hold.take(Buffer.from(`${ESC}_${'x'.repeat(SEQUENCE_BYTES_MAX + 1)}`));
  expect(joined(hold.take(Buffer.from(`xx${ESC}`)))).toBe('');
  expect(joined(hold.take(Buffer.from(`[31mred`)))).toBe(`${ESC}[31mred`);
});

test.each([
  ['a control sequence', `${ESC}[`, '1;', 'mx'],
  ['a device control string', `${ESC}P1;`, '1;', `qx${ESC}\\x`],
  ['a string of one', `${ESC}Pq`, 'data', `${ESC}\\x`],
  ['a title', `${ESC}]0;`, 'long', `\x07x`],
  ['a privacy message', `${ESC}^`, 'long', `${ESC}\\x`],
  ['a character set', `${ESC}(`, '(', `Bx`],
])('the opener of %s leads another parser to the same end', (...[, begin, middle, end]) => {
  const hold = new Hold(table);
  hold.take(Buffer.from(begin + middle.repeat(SEQUENCE_BYTES_MAX / middle.length + 1)));
  const viewer = plainTerminal(SIZE);
  write(viewer, Buffer.from(`${hold.opener}${end}`));
  expect(viewer._bufferService.buffers.active.lines.get(0)?.translateToString(true)).toBe('x');
});

test('an endless frame is let through in whole sequences', () => {
  const hold = new Hold(table);
  const out = hold.take(Buffer.from(`${ESC}[?2026h${'x'.repeat(FRAME_HELD_BYTES_MAX)}${ESC}[3`));
  expect(joined(out)).toMatch(/x$/);
  expect(hold.heldBytes).toBe(3);
  expect(joined(hold.take(Buffer.from('1mred')))).toBe(`${ESC}[31mred`);
});

test('a frame that is given up is let through until it ends; the next is whole again', () => {
  const hold = new Hold(table);
  hold.take(Buffer.from(`${ESC}[?2026hone`));
  expect(hold.isWaitingForFrame).toBe(true);
  expect(joined(hold.release())).toBe(`${ESC}[?2026hone`);
  expect(joined(hold.take(Buffer.from('two')))).toBe('two');
  expect(joined(hold.take(Buffer.from(`${ESC}[?2026l${ESC}[?2026hthree`)))).toBe(`${ESC}[?2026l`);
});
