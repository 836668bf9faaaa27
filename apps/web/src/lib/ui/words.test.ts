/** Small words: spans, sizes, directories, passwords, keys, places to go. */
import { expect, test } from 'vitest';
import { localPath } from '../api/local-path.ts';
import { shortened, splitTyped, suggestedName } from './directory-words.ts';
import { passwordWords } from '../settings/password-words.ts';
import { ago, byteWords, span } from './since.ts';
import { makeUuid } from './uuid.ts';

const MINUTE_MS = 60_000;

test('spans are coarse, and clocks that differ make no negative ones', () => {
  expect([-5, 30_000, 4 * MINUTE_MS, 150 * MINUTE_MS, 3000 * MINUTE_MS].map(span)).toEqual([
    'now',
    'now',
    '4 min',
    '2 h',
    '2 d',
  ]);
  expect(ago(0)).toBe('just now');
  expect(ago(5 * MINUTE_MS)).toBe('5 min ago');
});

test('bytes are told in the unit a person would use', () => {
  expect([812, 48 * 1024, 1.5 * 1024 * 1024, 20 * 1024 * 1024].map(byteWords)).toEqual([
    '812 bytes',
    '48 KB',
    '1.5 MB',
    '20 MB',
  ]);
});

test('the home directory is shortened, other places that look alike are not', () => {
  expect(shortened('/home/ada/src/shop')).toBe('~/src/shop');
  expect(shortened('/root')).toBe('~');
  expect(shortened('/rooted/x')).toBe('/rooted/x');
  expect(shortened('/srv/home/ada')).toBe('/srv/home/ada');
});

test('a session is named after its directory, and told apart from those of the same name', () => {
  expect(suggestedName('/srv/shop', new Set())).toBe('shop');
  expect(suggestedName('/srv/shop', new Set(['shop', 'shop 2']))).toBe('shop 3');
  expect(suggestedName('/', new Set())).toBe('session');
});

test('a typed path is split where its last name begins', () => {
  expect(splitTyped('/srv/sh')).toEqual({ directory: '/srv', filter: 'sh' });
  expect(splitTyped('/srv/')).toEqual({ directory: '/srv', filter: '' });
  expect(splitTyped('/s')).toEqual({ directory: '/', filter: 's' });
  expect(splitTyped('srv')).toBeUndefined();
});

test('a password is judged by length, variety and the name in it', () => {
  expect(passwordWords('short', 'ada')).toEqual({
    words: '10 more characters needed',
    strength: 0,
  });
  expect(passwordWords('aaaaaaaaaaaaaaaaaaaaaaaa', 'bob').strength).toBe(1);
  expect(passwordWords('my name is ada lovelace', 'ada').strength).toBe(1);
  expect(passwordWords('correct horse ba', 'bob').strength).toBe(2);
  expect(passwordWords('correct horse battery staple', 'bob').strength).toBe(3);
});

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '/login?next=/', null])(
  'after the login %s leads home',
  (next) => {
    expect(localPath(next)).toBe('/');
  },
);

test('after the login one returns to where one was', () => {
  expect(localPath('/sessions/01ARZ?x=1')).toBe('/sessions/01ARZ?x=1');
});

test('ids are UUIDs of version 4', () => {
  expect(makeUuid()).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});
