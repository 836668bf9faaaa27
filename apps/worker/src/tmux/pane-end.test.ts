/** What tmux says of a dead pane, on one system or another. */
import { expect, test } from 'vitest';
import { parseEnd } from './pane-end.ts';

test.each([
  ['%1/0//', undefined],
  ['%1/1/0/', { code: 0, signal: null }],
  ['%1/1/7/', { code: 7, signal: null }],
  ['%1/1/137/', { code: null, signal: 9 }],
  ['%1/1/143/', { code: null, signal: 15 }],
  ['%1/1/130/', { code: 130, signal: null }],
  ['%1/1/200/', { code: 200, signal: null }],
  ['%1/1//9', { code: null, signal: 9 }],
  ['%1/1//TERM', { code: null, signal: 15 }],
  ['%1/1//', { code: null, signal: null }],
])('%s', (line, exit) => {
  expect(parseEnd(line, '%1')).toEqual(exit);
});

test.each(['///', '%2/0//', ''])('%j is no such pane', (line) => {
  expect(() => parseEnd(line, '%1')).toThrow('no pane');
});
