/** Modes are found wherever the output is cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModeMemory } from './mode-memory.ts';

function modesAfter(...chunks: readonly string[]): readonly number[] {
  const memory = new ModeMemory();
  for (const chunk of chunks) memory.read(Buffer.from(chunk, 'latin1'));
  return memory.modes;
}

test.each([
  ['\u001b[?2004h', [2004]],
  ['\u001b[?1049;2004;1004h', [1004, 2004]],
  ['\u001b[?2004h\u001b[?2004l', []],
  ['\u001b[?25h\u001b[2004h[?2004h', []],
  ['\u001b[?2004h text \u001bc', []],
  ['\u001b[?1004h\u001b[!p\u001b[?2004h', [2004]],
  ['\u001b[?2026h\u001b[?2026l', []],
])('%j leaves %j', (text, modes) => {
  expect(modesAfter(text)).toEqual(modes);
});

test('it does not matter where the output is cut', () => {
  const text = 'x\u001b\u001b[?2004hy\u001b[?1004;1016h\u001b[?1016lz\u001b[?12345678';
  const cuts = fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 10 });
  fc.assert(
    fc.property(cuts, (places) => {
      const sorted = [0, ...places.sort((a, b) => a - b), text.length];
      const chunks = sorted.map((from, at) => text.slice(from, sorted[at + 1] ?? from));
      expect(modesAfter(...chunks)).toEqual([1004, 2004]);
    }),
  );
});

test('it says when something changed, and only then', () => {
  const memory = new ModeMemory([2004]);
  expect(memory.read(Buffer.from('\u001b[?2004h'))).toBe(false);
  expect(memory.read(Buffer.from('\u001b[?2004l'))).toBe(true);
  expect(memory.read(Buffer.from('plain'))).toBe(false);
});
