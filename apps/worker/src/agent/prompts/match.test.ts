/** What an agent says it was told, against what it was given. */
import { expect, test } from 'vitest';
import { givenText, isCommand, isSaid } from './match.ts';

test.each([
  ['fix it', 'fix it'],
  ['fix\n\tthe  parser\n\n', 'fix\n    the  parser'],
  [' !ls', '!ls'],
  ['a\nb', '\n\n<pasted_content id="ece2">\na\nb\n</pasted_content>\n'],
  ['/review 12', '/review 12'],
  ['/clear', '<command-name>/clear</command-name>\n  <command-args></command-args>'],
  ['/model opus', '<command-name>/model</command-name>\n<command-args>opus</command-args>'],
])('%j is said as %j', (text, told) => {
  expect(isSaid(text, told)).toBe('exactly');
});

test.each([
  ['and now the tests', 'half a line and now the tests'],
  ['a longer instruction', 'before a longer instruction after'],
])('%j went among other words: %j', (text, told) => {
  expect(isSaid(text, told)).toBe('among');
});

test.each([
  ['fix it', 'fix that'],
  ['ok', 'it is not ok'],
  ['fix it', 'fix it now'],
  ['found it', '<task-notification>\nwe have found it'],
  ['a longer instruction', '<task-notification>a longer instruction</task-notification>'],
  ['/clear', '<command-name>/compact</command-name>'],
])('%j is not said by %j', (text, told) => {
  expect(isSaid(text, told)).toBeUndefined();
});

test('what begins with "!" is given as a prompt, and what begins with "/" is a command', () => {
  expect(givenText('!rm -rf .')).toBe(' !rm -rf .');
  expect(givenText('fix it')).toBe('fix it');
  expect([isCommand('/clear'), isCommand(' /clear')]).toEqual([true, false]);
});
