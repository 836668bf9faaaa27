/** Which keys act on the page, and when they belong to somebody else. */
import { expect, test } from 'vitest';
import { pageActOf } from './page-keys.ts';

const HELD = { ctrlKey: false, metaKey: false, altKey: false, isComposing: false };
const FREE = { isEditing: false, hasDialog: false };

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
