/** What people may call things, and where sessions may be asked to start. */
import fc from 'fast-check';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { PROMPT_BYTES_MAX, SESSION_NAME_CHARS_MAX } from './limits.ts';
import { CreateSession, DirectoryPath, ProfileId, SessionName } from './sessions.ts';

const HasPattern = Type.Object({ pattern: Type.String() });

describe('a name', () => {
  test.each([
    'fix the parser',
    ' padded ',
    '修正 ',
    '🎉',
    '👩‍👩‍👧‍👦 family',
    '#(touch canary)',
    'a;b',
    '-rf',
    '"$(x)`y`"',
    'עברית',
    '😀'.repeat(SESSION_NAME_CHARS_MAX),
  ])('may be %j', (name) => {
    expect(Value.Check(SessionName, name)).toBe(true);
  });

  test.each([
    '',
    ' ',
    '\u00a0\u3000',
    'a\nb',
    'a\rb',
    'a\tb',
    'a\u0000b',
    '\u0001',
    'a\u001b[31mb',
    'a\u007fb',
    'a\u009bb',
    'a\u2028b',
    'a\u2029b',
    'a\u202eb',
    'a\u2066b',
    'a\ud800b',
    'a\udc00b',
    'x'.repeat(SESSION_NAME_CHARS_MAX + 1),
  ])('may not be %j', (name) => {
    expect(Value.Check(SessionName, name)).toBe(false);
  });

  test('is checked in a time that grows with its length alone', () => {
    // Value.Check looks at the length first; the validator of another library may not.
    const { pattern } = Value.Parse(HasPattern, SessionName);
    const name = `${' '.repeat(200_000)}\n`;
    const startedMs = performance.now();
    expect(new RegExp(pattern, 'u').test(name)).toBe(false);
    expect(performance.now() - startedMs).toBeLessThan(1000);
  });

  test('never holds a control character or half of a pair, whatever else it holds', () => {
    const unit = fc.oneof(
      fc.constantFrom('a', ' ', '\u0000', '\n', '\u001b', '\u009b', '\ud83d', '\ude00', '\u2028'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 5 }), (name) => {
        if (!Value.Check(SessionName, name)) return;
        expect(name).not.toMatch(/\p{Cc}|\p{Cs}/u);
        expect(name.trim()).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });
});

test('a directory is absolute and without NUL', () => {
  for (const path of ['/', '/a b/#(x)', '/ünï', '/a\nb', '/../..']) {
    expect(Value.Check(DirectoryPath, path)).toBe(true);
  }
  for (const path of ['', 'a', './a', '~', '/a\u0000b', '/a\ud800', ' /a']) {
    expect(Value.Check(DirectoryPath, path)).toBe(false);
  }
});

test('a profile is named by a word', () => {
  for (const id of ['claude', 'shell', 'a-1']) expect(Value.Check(ProfileId, id)).toBe(true);
  for (const id of ['', 'Claude', '1a', '-a', '../x', 'a'.repeat(33), 'shell\n']) {
    expect(Value.Check(ProfileId, id)).toBe(false);
  }
});

describe('a session to be', () => {
  const session = { name: 'work', profile: 'claude', directory: '/projects/a' };

  test('needs a name, a profile and a directory, and knows nothing else', () => {
    expect(Value.Check(CreateSession, session)).toBe(true);
    expect(Value.Check(CreateSession, { ...session, env: { NODE_OPTIONS: 'x' } })).toBe(false);
    expect(Value.Check(CreateSession, { ...session, argv: ['sh'] })).toBe(false);
    expect(Value.Check(CreateSession, { name: 'work', profile: 'claude' })).toBe(false);
  });

  test('takes a prompt of several lines, but none that an argument cannot hold', () => {
    const check = (prompt: string) => Value.Check(CreateSession, { ...session, prompt });
    expect(check('-p first\n\tthen')).toBe(true);
    expect(check('x'.repeat(PROMPT_BYTES_MAX))).toBe(true);
    expect(check('x'.repeat(PROMPT_BYTES_MAX + 1))).toBe(false);
    expect(check('')).toBe(false);
    expect(check('a\u0000b')).toBe(false);
    expect(check('a\udfff')).toBe(false);
  });
});
