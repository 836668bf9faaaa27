/** The command line: what is understood, and what is said of the rest. */
import { expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

const ROWS = ['echo', 'bulk'];

test('without rows all are meant', () => {
  expect(parseArguments([], ROWS).rows).toEqual(ROWS);
  expect(parseArguments(['bulk', '--json', '--rounds', '2'], ROWS)).toMatchObject({
    rows: ['bulk'],
    isJson: true,
    rounds: 2,
  });
});

test('what cannot be is refused in words', () => {
  expect(() => parseArguments(['eco'], ROWS)).toThrow('no row is called eco: there are echo, bulk');
  expect(() => parseArguments(['--rounds', 'many'], ROWS)).toThrow('--rounds is "many"');
  expect(() => parseArguments(['--seconds=0'], ROWS)).toThrow('may be 1 to 3600');
  expect(() => parseArguments(['--fast'], ROWS)).toThrow('--fast');
});
