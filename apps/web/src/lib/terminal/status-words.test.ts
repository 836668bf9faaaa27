/** The line below the terminal, and the few keys that are ours. */
import { expect, test } from 'vitest';
import { phaseWords } from '../fleet/phase-words.ts';
import { aSession } from '../fleet/sessions.fixture.ts';
import { copiedText } from './clipboard.ts';
import { openableUrl } from './links.ts';
import { shortcutOf, touchKeyText, withControl } from './shortcuts.ts';
import { statusOf, type StatusSource } from './status-words.ts';
import { meaningOfClose } from './terminal-socket.ts';

const LIVE: StatusSource = {
  connection: { name: 'live' },
  ending: undefined,
  hint: undefined,
  notice: undefined,
  lostInput: undefined,
  skippedBytes: undefined,
  mayControl: true,
};
const ENDING = { code: 3, signal: null, isLost: false };

test.each([
  [{}, 'Connected'],
  [{ mayControl: false }, 'Connected, view only'],
  [{ skippedBytes: 48 * 1024 }, 'Back in step; 48 KB of output were skipped.'],
  [{ ending: ENDING }, 'The program ended with exit code 3.'],
  [{ ending: { ...ENDING, code: null, signal: 9 } }, 'The program was ended by signal 9.'],
  [{ ending: { ...ENDING, isLost: true } }, 'Lost: its pane vanished. This is the last screen.'],
  [{ hint: 'view_only' }, 'View only: what you type is not sent.'],
  [{ lostInput: 'ls\r\x03' }, 'Not received by the program, and not typed again: ls⏎^C'],
] as const)('%j is told as "%s"', (more, words) => {
  expect(statusOf({ ...LIVE, ...more }).words).toBe(words);
});

test('a loss is told before anything else, with the time that is left', () => {
  const connection = { name: 'waiting', retryInSeconds: 4, why: 'worker_unavailable' } as const;
  expect(statusOf({ ...LIVE, connection, skippedBytes: 3 })).toEqual({
    tone: 'wait',
    words: 'Worker not reachable, trying again in 4 s',
    act: 'reconnect',
  });
});

test('who was replaced may take the session back', () => {
  const connection = { name: 'closed', why: 'replaced' } as const;
  expect(statusOf({ ...LIVE, connection }).act).toBe('take_back');
});

test('a session that ended while nobody could look still says how', () => {
  const connection = { name: 'closed', why: 'session_ended' } as const;
  expect(statusOf({ ...LIVE, connection, ending: ENDING }).words).toContain('exit code 3');
  expect(statusOf({ ...LIVE, connection }).tone).toBe('bad');
});

test('what has ended may be resumed by whoever may, once the connection is no concern', () => {
  expect(statusOf({ ...LIVE, ending: ENDING }, true).act).toBe('resume');
  expect(statusOf({ ...LIVE, ending: ENDING }, false).act).toBeUndefined();
  expect(statusOf(LIVE, true).act).toBeUndefined();
});

test.each([
  [4401, '', 'unauthenticated'],
  [4401, 'invalid_ticket', 'invalid_ticket'],
  [4410, '', 'session_ended'],
  [1012, '', 'draining'],
  [1006, '', undefined],
  [1000, 'anything', undefined],
] as const)('a socket closed with %d "%s" means %s', (code, reason, meaning) => {
  expect(meaningOfClose(code, reason)).toBe(meaning);
});

const NO_KEYS = { ctrlKey: false, shiftKey: false, metaKey: false, altKey: false };

test.each([
  [{ key: 'Enter', shiftKey: true }, false, undefined],
  [{ key: 'Enter' }, false, undefined],
  [{ key: 'C', ctrlKey: true, shiftKey: true }, false, 'copy'],
  [{ key: 'c', ctrlKey: true }, false, undefined],
  [{ key: 'v', ctrlKey: true }, false, undefined],
  [{ key: 'V', ctrlKey: true, shiftKey: true }, false, 'paste'],
  [{ key: 'c', metaKey: true }, true, 'copy'],
  [{ key: 'c', metaKey: true }, false, undefined],
  [{ key: 'F', ctrlKey: true, shiftKey: true }, true, 'search'],
  [{ key: 'f', ctrlKey: true }, false, undefined],
  [{ key: 'ArrowUp', ctrlKey: true, shiftKey: true }, false, 'leave'],
  [{ key: 'c', ctrlKey: true, shiftKey: true, altKey: true }, false, undefined],
] as const)('the keys %j (mac: %s) are ours for: %s', (keys, isMac, shortcut) => {
  expect(shortcutOf({ ...NO_KEYS, ...keys }, isMac)).toBe(shortcut);
});

test('keys of the bar speak as the program asked', () => {
  const rules = { flags: 0, modifyOtherKeys: 0, isApplication: false };
  expect(touchKeyText('up', rules)).toBe('\x1b[A');
  expect(touchKeyText('up', { ...rules, isApplication: true })).toBe('\x1bOA');
  expect(touchKeyText('interrupt', rules)).toBe('\x03');
  expect(touchKeyText('newline', rules)).toBe('\x1b\r');
  expect(touchKeyText('escape', { ...rules, flags: 1 })).toBe('\x1b[27u');
  expect(['c', 'C', '[', '1', 'é'].map(withControl)).toEqual(['\x03', '\x03', '\x1b', '1', 'é']);
});

test('programs copy text, and never learn what was copied', () => {
  expect(copiedText(`c;${btoa('plain')}`)).toBe('plain');
  expect(copiedText('c;R3LDvMOfZQ==')).toBe('Grüße');
  expect(['c;?', 'c;', 'c;not base64!', `c;${'A'.repeat(2_000_000)}`].map(copiedText)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('only http and https are links', () => {
  expect(openableUrl('https://example.com/a b')).toBe('https://example.com/a%20b');
  const others = ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'example.com'];
  expect(others.map(openableUrl)).toEqual([undefined, undefined, undefined, undefined]);
});

test('the phase of a session says since when, or how it ended', () => {
  const words = (more: Parameters<typeof aSession>[0], nowMs: number) => {
    const { word, more: rest, tone } = phaseWords(aSession(more), nowMs);
    return [word, rest, tone];
  };
  const nowMs = 2 * 3_600_000;
  expect(words({ createdAtMs: 0 }, nowMs)).toEqual(['Running', '2 h', 'good']);
  const ended = { phase: 'exited', endedAtMs: nowMs } as const;
  expect(words({ ...ended, exitCode: 0 }, nowMs)).toEqual(['Done', 'just now', 'quiet']);
  expect(words({ ...ended, exitCode: 2 }, nowMs)).toEqual([
    'Ended',
    'exit code 2, just now',
    'bad',
  ]);
});
