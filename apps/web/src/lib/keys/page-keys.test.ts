/** Which keys act on the page, and when they belong to somebody else. */
import { expect, test } from 'vitest';
import { pageActOf } from './page-keys.ts';

const HELD = { ctrlKey: false, shiftKey: false, metaKey: false, altKey: false, isComposing: false };
const FREE = { isEditing: false, hasDialog: false, isTerminal: false };

test('a single key acts where nobody writes and no dialog is open', () => {
  expect(pageActOf({ ...HELD, key: 'n' }, FREE)).toBe('next');
  expect(pageActOf({ ...HELD, key: '?' }, FREE)).toBe('help');
  expect(pageActOf({ ...HELD, key: 'x' }, FREE)).toBeUndefined();
  expect(pageActOf({ ...HELD, key: 'n' }, { ...FREE, isEditing: true })).toBeUndefined();
  expect(pageActOf({ ...HELD, key: 'n' }, { ...FREE, hasDialog: true })).toBeUndefined();
});

test.each(['ctrlKey', 'metaKey', 'altKey', 'isComposing'] as const)(
  'with %s it is not ours',
  (held) => {
    expect(pageActOf({ ...HELD, key: 'n', [held]: true }, FREE)).toBeUndefined();
  },
);

test('Ctrl and K open the palette, but in a terminal they are the program’s', () => {
  const terminal = { ...FREE, isEditing: true, isTerminal: true };
  const ctrl = { ...HELD, key: 'k', ctrlKey: true };
  const withShift = { ...ctrl, key: 'K', shiftKey: true };
  const meta = { ...HELD, key: 'k', metaKey: true };
  expect(pageActOf(ctrl, { ...FREE, isEditing: true })).toBe('palette');
  expect(pageActOf(ctrl, terminal)).toBeUndefined();
  expect(pageActOf(withShift, terminal)).toBe('palette');
  expect(pageActOf(meta, terminal)).toBe('palette');
  expect(pageActOf({ ...ctrl, altKey: true }, FREE)).toBeUndefined();
  expect(pageActOf(meta, { ...FREE, hasDialog: true })).toBeUndefined();
});
