/** Every guard on both libraries: what would hang or throw is drawn, and nothing else is changed. */
import headless from '@xterm/headless';
import page from '@xterm/xterm';
import { describe, expect, test } from 'vitest';
import { drawn, type Drawing, type Library } from '../test/drawn.ts';
import { guard, SHAPE } from './guards.ts';

const ESC = '\x1b';
const HUGE = 2_147_483_647;
const SIZE = { cols: 80, rows: 24 };
const CELLS = SIZE.cols * SIZE.rows;

/** Final character, the count beyond which nothing changes, and where the cursor stands. */
const BOUNDED: readonly (readonly [string, number, string])[] = [
  ['S', SIZE.rows, `${ESC}[9;9H`],
  ['T', SIZE.rows, `${ESC}[9;9H`],
  ['L', SIZE.rows, `${ESC}[9;9H`],
  ['M', SIZE.rows, `${ESC}[9;9H`],
  ['I', SIZE.cols, `${ESC}[9;9H`],
  ['Z', SIZE.cols, `${ESC}[9;70H`],
  ['b', CELLS, `${ESC}[9;9Hx`],
];
/** xterm.js bounds these itself. */
const HARMLESS = [...Array.from('@PXABCDEFGade`'), "'}", "'~", ' @', ' A'];

const FULL = Array.from({ length: SIZE.rows }, (_, row) => `row ${row} of text`).join('\r\n');

describe.each<Library>(['@xterm/headless', '@xterm/xterm'])('%s', (library) => {
  const guarded = (text: string): Drawing => ({ library, size: SIZE, isGuarded: true, text });
  const plain = (text: string): Drawing => ({ ...guarded(text), isGuarded: false });

  test.each(BOUNDED)('a huge count in CSI %s draws what %i draws', async (final, bound, at) => {
    const before = `${FULL}${at}`;
    const [huge, bounded] = await drawn([
      // The loop of CSI I alone is so short that it ends after six seconds.
      guarded(`${before}${`${ESC}[${HUGE}${final}`.repeat(8)}`),
      plain(`${before}${ESC}[${bound}${final}`),
    ]);
    expect(huge).toEqual(bounded);
  });

  test('smaller counts and none are left as they are', async () => {
    const texts = BOUNDED.flatMap(([final, bound, at]) =>
      ['', 0, 1, 3, bound - 1].map((count) => `${FULL}${at}${ESC}[${count}${final}`),
    );
    expect(await drawn(texts.map(guarded))).toEqual(await drawn(texts.map(plain)));
  });

  test('a bound follows the size of the terminal', async () => {
    const wide = { cols: 300, rows: 60 };
    const text = `${ESC}[60;1Hlast${ESC}[1;1H${ESC}[${wide.rows - 1}M`;
    const [shown] = await drawn([{ ...guarded(text), size: wide }]);
    expect(shown?.rows[0]).toBe('last');
  });

  test('huge counts of all the others need no guard', async () => {
    const texts = HARMLESS.map((final) => `${FULL}${ESC}[9;9H${ESC}[${HUGE}${final}`);
    await expect(drawn(texts.map(plain))).resolves.toHaveLength(HARMLESS.length);
  });

  test('erasing above the last corner, where xterm.js throws, erases', async () => {
    const blank = Array.from({ length: SIZE.rows }, () => '');
    const [all, kept, small, beyond] = await drawn([
      guarded(`${FULL}${ESC}[24;80H${ESC}[1J`),
      // Two words that a selective erase leaves: one in the cursor's row, one above.
      guarded(`${FULL}${ESC}[5;1H${ESC}[1"qup${ESC}[24;1Hdown${ESC}[0"q${ESC}[24;80H${ESC}[?1J`),
      { ...guarded(`one row${ESC}[1;80H${ESC}[1J`), size: { cols: 80, rows: 1 } },
      // The next character would wrap.
      guarded(`${FULL}${ESC}[24;1H${'x'.repeat(SIZE.cols)}${ESC}[1J`),
    ]);
    const cursor = [SIZE.cols - 1, SIZE.rows - 1];
    expect(all).toEqual({ rows: blank, cursor });
    expect(kept).toEqual({ rows: blank.with(4, 'up').with(23, 'down'), cursor });
    expect(beyond).toEqual({ rows: blank, cursor: [SIZE.cols, SIZE.rows - 1] });
    expect(small).toEqual({ rows: [''], cursor: [SIZE.cols - 1, 0] });
  });

  test('every other erase is left as it is', async () => {
    const places = ['1;1', '5;80', '24;79', '24;80'];
    const texts = places.flatMap((place) =>
      ['J', '0J', '2J', '3J', '?0J', '?2J', ...(place === '24;80' ? [] : ['1J', '?1J'])].map(
        (erase) => `${FULL}${ESC}[${place}H${ESC}[${erase}`,
      ),
    );
    // With a line above the screen xterm.js finds a row where it looks for one.
    const scrolled = [`${FULL}\r\nlast${ESC}[24;80H${ESC}[1J`];
    expect(await drawn([...texts, ...scrolled].map(guarded))).toEqual(
      await drawn([...texts, ...scrolled].map(plain)),
    );
  });
});

/** When these fail xterm.js has learned it, and the guards may go. */
describe('without guards', () => {
  const plain = { library: '@xterm/headless', size: SIZE, isGuarded: false } as const;

  test('a huge count does not come back', async () => {
    const drawing = drawn([{ ...plain, text: `${ESC}[${HUGE}S` }], 2_000);
    await expect(drawing).rejects.toThrow('not drawn within 2000 ms');
  });

  test('erasing above the last corner throws', async () => {
    const drawing = drawn([{ ...plain, text: `${FULL}${ESC}[24;80H${ESC}[1J` }]);
    await expect(drawing).rejects.toThrow('isWrapped');
  });
});

describe('the shape', () => {
  test('both libraries have it', () => {
    expect(guard(new headless.Terminal())).toBe(true);
    expect(guard(new page.Terminal())).toBe(true);
  });

  test.each(Object.keys(SHAPE))('a version without %s is not touched', (missing) => {
    const registered: string[] = [];
    const core = {};
    for (const [path, type] of Object.entries(SHAPE)) {
      if (path !== missing) put(core, path, thing(type, registered));
    }
    expect(guard(Object.assign({ _core: core }, SIZE))).toBe(false);
    expect(registered).toEqual([]);
  });

  test('neither is what has no core at all', () => {
    expect(guard(SIZE)).toBe(false);
  });
});

function thing(type: string, calls: string[]): unknown {
  if (type === 'function') return () => calls.push(type);
  return type === 'number' ? 0 : {};
}

function put(into: object, path: string, what: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = into;
  for (const key of keys) {
    const next: unknown = Reflect.get(at, key) ?? {};
    if (typeof next !== 'object' || next === null) return;
    Reflect.set(at, key, next);
    at = next;
  }
  Reflect.set(at, last, what);
}
