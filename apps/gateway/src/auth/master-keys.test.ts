/** S15: which keys the gateway starts with, and that an error never shows one. Others: agentrove #135, codex.docs #336. */
import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '@dashboard/runtime/config';
import { describe, expect, test } from 'vitest';
import { parseMasterKeys } from './master-keys.ts';

const good = randomBytes(32).toString('base64url');

function problemsOf(text: string): readonly string[] {
  try {
    parseMasterKeys(text, 'JWT_SECRET_FILE');
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return error instanceof ConfigurationError ? error.problems : [];
  }
}

describe('a file of keys', () => {
  test('holds one a line, newest first, with comments', () => {
    const older = randomBytes(48);
    const keys = parseMasterKeys(`# by us\n\nnew ${good}\r\nold ${older.toString('hex')}\n`, 'X');
    expect(keys.map(({ kid }) => kid)).toEqual(['new', 'old']);
    expect(keys[1]?.bytes).toEqual(older);
  });

  test('needs no ids: one follows from the key, and is the same each time', () => {
    const [first] = parseMasterKeys(good, 'X');
    const [again] = parseMasterKeys(good, 'X');
    expect(first?.kid).toMatch(/^[A-Za-z0-9_-]{12}$/);
    expect(again?.kid).toBe(first?.kid);
  });
});

describe('a key is refused', () => {
  test.each([
    ['nothing', '', 'holds no key'],
    ['only comments', '# none yet', 'holds no key'],
    [
      '32 characters, which are 24 bytes',
      randomBytes(24).toString('base64'),
      'decodes to 24 bytes',
    ],
    ['31 bytes', randomBytes(31).toString('hex'), 'decodes to 31 bytes'],
    ['one letter, often', 'a'.repeat(64), 'is not random'],
    ['a pattern', 'deadbeef'.repeat(8), 'is not random'],
    ['a placeholder', 'change-me-change-me-change-me-change-me-change-me', 'placeholder'],
    ['a sentence', 'k my dog has fleas', 'more than a key id'],
    ['no base64', `${good}!`, 'neither base64 nor hex'],
    ['an id that is a path', `../../etc/passwd ${good}`, 'key id may hold'],
    ['the same id twice', `a ${good}\na ${randomBytes(32).toString('hex')}`, 'appears twice'],
  ])('%s', (_name, text, expected) => {
    expect(problemsOf(text).join('\n')).toContain(expected);
  });

  test('without showing any of it', () => {
    const secret = randomBytes(20).toString('hex');
    expect(problemsOf(secret).join('')).not.toContain(secret.slice(0, 6));
  });

  test('every bad line is named at once', () => {
    expect(problemsOf('a short\nb also')).toHaveLength(2);
  });
});
