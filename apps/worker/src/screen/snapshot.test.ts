/** The snapshot property: a snapshot at any offset, then the output after it, is the whole output. */
import { describe, expect, test } from 'vitest';
import { SNAPSHOT_BYTES_MAX } from '@dashboard/protocol/limits';
import { RECORDED_STREAMS } from '../../test/screen/recorded-streams.ts';
import { emulate, plainTerminal, stateOf, write } from '../../test/screen/terminal-state.ts';
import { WRITTEN_STREAMS, type Stream } from '../../test/screen/written-streams.ts';
import type { Emulator } from './emulator.ts';

/** What a viewer's terminal may have been left in: a sequence, a character, modes, another screen. */
const DIRT = Buffer.from(
  '\x1b[?1049h\x1b[?1003h\x1b[?6h\x1b[2;3r\x1b[31;4m\x1b[?7l\x1b[4h\x1b[20h\x1b[?12h\x1b[?25l\x1b(0' +
    '\x1b[?2026h\u00ff\x1b]2;unfinished\xe2',
  'latin1',
);
/** Where not every offset is tried: primes, so that no rhythm is met. */
const DIRTY_EVERY = 5;
const REDRAW_EVERY = 3;
const RECORDED_EVERY = 97;

/** @returns the snapshot after the first `cut` bytes, and what comes after it */
function snapshotAt(stream: Stream, cut: number): readonly [Uint8Array, Uint8Array] {
  const parsed = emulate(stream.size);
  parsed.write(stream.bytes.subarray(0, cut));
  const { bytes, offset } = parsed.snapshot(Infinity);
  parsed.dispose();
  expect(offset).toBeLessThanOrEqual(cut);
  return [bytes, stream.bytes.subarray(offset)];
}

function stateAfter({ size }: Stream, ...pieces: readonly Uint8Array[]): string[] {
  const terminal = plainTerminal(size);
  write(terminal, ...pieces);
  return stateOf(terminal);
}

/** Drawn again, it is the same: all there is beside what xterm.js models is in there. */
function drawn(parsed: Emulator): string {
  const text = Buffer.from(parsed.snapshot(Infinity).bytes).toString().replaceAll('\x1b', '␛');
  parsed.dispose();
  return text;
}

describe.each(WRITTEN_STREAMS)('$name', (stream) => {
  test('a snapshot at any offset is what was there, on fresh and on dirty terminals', () => {
    for (let cut = 0; cut <= stream.bytes.length; cut++) {
      const [drawing, rest] = snapshotAt(stream, cut);
      const there = stateAfter(stream, stream.bytes.subarray(0, stream.bytes.length - rest.length));
      expect(stateAfter(stream, drawing), `cut at ${cut}`).toEqual(there);
      if (cut % DIRTY_EVERY !== 0) continue;
      expect(stateAfter(stream, DIRT, drawing), `cut at ${cut}, dirty`).toEqual(there);
    }
  });

  test('a snapshot at any offset and the rest are the whole', () => {
    const whole = stateAfter(stream, stream.bytes);
    for (let cut = 0; cut <= stream.bytes.length; cut++) {
      const pieces = snapshotAt(stream, cut);
      expect(stateAfter(stream, ...pieces), `cut at ${cut}`).toEqual(whole);
    }
  });

  test('what xterm.js does not model is restored: titles, colours, keyboards, unknown modes', () => {
    const whole = drawn(emulate(stream.size, stream.bytes));
    for (let cut = 0; cut <= stream.bytes.length; cut += REDRAW_EVERY) {
      expect(drawn(emulate(stream.size, ...snapshotAt(stream, cut))), `cut at ${cut}`).toBe(whole);
    }
  });
});

test.each(RECORDED_STREAMS)(
  '$name: a snapshot is what was there, with the rest the whole',
  (stream) => {
    const whole = stateAfter(stream, stream.bytes);
    for (let cut = 0; cut <= stream.bytes.length; cut += RECORDED_EVERY) {
      const [drawing, rest] = snapshotAt(stream, cut);
      const there = stateAfter(stream, stream.bytes.subarray(0, stream.bytes.length - rest.length));
      expect(stateAfter(stream, drawing), `cut at ${cut}`).toEqual(there);
      expect(stateAfter(stream, drawing, rest), `cut at ${cut}`).toEqual(whole);
    }
  },
);

test('only as much scrollback as was asked for is drawn, the newest', () => {
  const lines = Array.from({ length: 50 }, (_, line) => `line ${line}\r\n`).join('');
  const parsed = emulate({ cols: 20, rows: 5 }, Buffer.from(lines));
  const { bytes, scrollbackLines } = parsed.snapshot(7);
  const restored = emulate({ cols: 20, rows: 5 }, bytes);
  expect(scrollbackLines).toBe(7);
  expect(restored.rows(100).scrollback).toEqual(
    [39, 40, 41, 42, 43, 44, 45].map((n) => `line ${n}`),
  );
});

test('scrollback that does not fit is left out from the top, not the screen', () => {
  const cell = (at: number) => `\x1b[38;2;${at % 256};1;2;48;2;3;${at % 255};4mx`;
  const row = Array.from({ length: 500 }, (_, at) => cell(at)).join('');
  const parsed = emulate({ cols: 500, rows: 10 });
  for (let line = 0; line < 400; line++) parsed.write(Buffer.from(`${row}\r\n`));
  const { bytes, scrollbackLines } = parsed.snapshot(Infinity);
  expect(bytes.length).toBeLessThanOrEqual(SNAPSHOT_BYTES_MAX);
  expect(scrollbackLines).toBeGreaterThan(50);
  expect(scrollbackLines).toBeLessThan(390);
  expect(emulate(parsed.size, bytes).rows(0)).toEqual(parsed.rows(0));
});

test('a screen too colourful for any frame is drawn as text', () => {
  const size = { cols: 1000, rows: 500 };
  const parsed = emulate(size);
  const row = Array.from({ length: 1000 }, (_, at) => `\x1b[38;2;${at % 256};1;2m𝕏`).join('');
  for (let line = 0; line < 500; line++) parsed.write(Buffer.from(row));
  parsed.write(Buffer.from(`\x1b[?1049h${row.repeat(500)}`));
  const { bytes } = parsed.snapshot(Infinity);
  expect(bytes.length).toBeLessThanOrEqual(SNAPSHOT_BYTES_MAX);
  expect(emulate(size, bytes).rows(0)).toEqual(parsed.rows(0));
});

test('a wrapped line drawn from a snapshot still flows when the terminal gets wider', () => {
  const text = 'one line that is much longer than the terminal is wide';
  const original = emulate({ cols: 20, rows: 6 }, Buffer.from(`${text}\r\n\r\n`));
  const restored = emulate({ cols: 20, rows: 6 }, original.snapshot(Infinity).bytes);
  restored.resize({ cols: 80, rows: 6 });
  expect(restored.text(10)).toEqual([text]);
});

test('inside a synchronized frame the snapshot is of before it, and does not begin one', () => {
  const parsed = emulate({ cols: 20, rows: 3 }, Buffer.from('old\x1b[?2026h\x1b[2Jhalf'));
  const { bytes, offset } = parsed.snapshot(0);
  expect(offset).toBe(3);
  expect(parsed.text(3)).toEqual(['old']);
  expect(Buffer.from(bytes).toString()).not.toContain('\x1b[?2026h');
  parsed.releaseFrame();
  expect(parsed.text(3)).toEqual(['   half'.trimEnd()]);
  expect(Buffer.from(parsed.snapshot(0).bytes).toString()).not.toContain('\x1b[?2026h');
});
