/** The snapshot property: a snapshot at any offset, then the output after it, is the whole output. */
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainTerminal, stateOf, write } from '../../test/screen/terminal-state.ts';
import { WRITTEN_STREAMS, type Stream } from '../../test/screen/written-streams.ts';
import { CharsetNames } from './cursors.ts';
import { Emulator, type EmulatorEvents } from './emulator.ts';

const SILENT: EmulatorEvents = { reply() {}, title() {}, bell() {} };
/** What a viewer's terminal may have been left in: a sequence, a character, modes, another screen. */
const DIRT = Buffer.from(
  '\x1b[?1049h\x1b[?1003h\x1b[?6h\x1b[2;3r\x1b[31;4m\x1b[?7l\x1b[4h\x1b[20h\x1b[?12h\x1b[?25l\x1b(0\x1b[?2026h漢\x1b]2;unfinished\xe2',
  'latin1',
);
const charsets = new CharsetNames();

function emulator({ size }: Pick<Stream, 'size'>): Emulator {
  return new Emulator({ size, offset: 0, charsets }, SILENT);
}

/** @returns the snapshot after the first `cut` bytes, and what comes after it */
function snapshotAt(stream: Stream, cut: number): readonly [Uint8Array, Uint8Array] {
  const parsed = emulator(stream);
  parsed.write(stream.bytes.subarray(0, cut));
  const { bytes, offset } = parsed.snapshot(Infinity);
  parsed.dispose();
  expect(offset).toBeLessThanOrEqual(cut);
  return [bytes, stream.bytes.subarray(offset)];
}

function wholeState({ size, bytes }: Stream): string[] {
  const whole = plainTerminal(size);
  write(whole, bytes);
  return stateOf(whole);
}

function extrasOf(parsed: Emulator): string {
  return Buffer.from(parsed.snapshot(0).bytes).toString().replaceAll('\x1b', '␛');
}

describe.each(WRITTEN_STREAMS)('$name', (stream) => {
  test('a snapshot at any offset and the rest are the whole, on a fresh and on a dirty terminal', () => {
    const whole = wholeState(stream);
    for (let cut = 0; cut <= stream.bytes.length; cut++) {
      const pieces = snapshotAt(stream, cut);
      const fresh = plainTerminal(stream.size);
      write(fresh, ...pieces);
      expect(stateOf(fresh), `cut at ${cut}`).toEqual(whole);
      const dirty = plainTerminal(stream.size);
      write(dirty, DIRT, ...pieces);
      expect(stateOf(dirty), `cut at ${cut}, dirty`).toEqual(whole);
    }
  });

  test('what xterm.js does not model is restored too: titles, colours, keyboards, unknown modes', () => {
    const whole = emulator(stream);
    whole.write(stream.bytes);
    for (let cut = 0; cut <= stream.bytes.length; cut++) {
      const restored = emulator(stream);
      for (const piece of snapshotAt(stream, cut)) restored.write(piece);
      expect(extrasOf(restored), `cut at ${cut}`).toEqual(extrasOf(whole));
      restored.dispose();
    }
  });
});
void fc;
