/** Window and pane, brought together. */
import { expect, test } from 'vitest';
import { fontToFit, windowOf } from './fit.ts';

const CELL = { width: 8, height: 16 };

test('the window is what fits wholly', () => {
  expect(windowOf({ width: 807, height: 399 }, CELL)).toEqual({ cols: 100, rows: 24 });
});

test('a window that is nearly hidden still has a size a program can live with', () => {
  expect(windowOf({ width: 3, height: 0 }, CELL)).toEqual({ cols: 20, rows: 5 });
});

test('a pane that is larger than the window gets a smaller font', () => {
  const box = { width: 400, height: 400 };
  expect(fontToFit({ cols: 100, rows: 25 }, box, { px: 14, cell: CELL })).toBe(7);
});

test('a pane that is smaller is letterboxed, not blown up', () => {
  const box = { width: 2000, height: 2000 };
  expect(fontToFit({ cols: 80, rows: 24 }, box, { px: 14, cell: CELL })).toBe(14);
});

test('the font never vanishes', () => {
  const box = { width: 10, height: 10 };
  expect(fontToFit({ cols: 500, rows: 100 }, box, { px: 14, cell: CELL })).toBe(4);
});

test('a pane far too wide stays readable and is panned', () => {
  const box = { width: 380, height: 600 };
  expect(fontToFit({ cols: 200, rows: 50 }, box, { px: 14, cell: CELL })).toBe(7);
});
