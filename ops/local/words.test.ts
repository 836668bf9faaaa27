/** What a person reads: log lines, the address, what goes on after a stop. */
import { expect, test } from 'vitest';
import { formatLogLine, parseLogLine } from './log-lines.ts';
import { farewell } from './words.ts';

const quiet = { isVerbose: false, hasColours: false };
const shown = (text: string, format = quiet) => formatLogLine('worker', parseLogLine(text), format);

test.each([
  ['{"level":30,"msg":"listening"}', undefined],
  ['{"level":40,"msg":"slow disk"}', 'worker  warning slow disk'],
  ['{"level":"error","msg":"lost"}', 'worker  error   lost'],
  [
    '{"level":50,"msg":"no tmux","err":{"message":"ENOENT"},"hint":"install it"}',
    'worker  error   no tmux: ENOENT: install it',
  ],
  ['TypeError: x is not a function', 'worker  warning TypeError: x is not a function'],
  ['{"half of a', 'worker  warning {"half of a'],
])('%s', (text, line) => {
  expect(shown(text)).toBe(line);
});

test('--verbose shows what is no warning', () => {
  expect(shown('{"level":30,"msg":"adopted"}', { ...quiet, isVerbose: true })).toBe(
    'worker  info    adopted',
  );
});

test('sessions that go on are counted, with the way in and the way to end them', () => {
  const words = farewell(['01A', '01B'], '/run/tmux.sock');
  expect(words).toContain('2 sessions go on');
  expect(words).toContain('tmux -S /run/tmux.sock attach -t 01A');
  expect(words).toContain('tmux -S /run/tmux.sock kill-server');
  expect(farewell([], '/run/tmux.sock')).toBe('Stopped.\n');
});
