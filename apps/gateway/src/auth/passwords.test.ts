/** S21, S22, S24: how passwords are hashed, and which ones are refused. */
import { parseOptions } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { HASHES_RUNNING_MAX, HASHES_WAITING_MAX } from '../limits.ts';
import { HASH_OF_NOBODY, Passwords, requireGoodPassword } from './passwords.ts';

const PASSWORD = 'Seven tidy otters whistle';

describe('a hash', () => {
  test('is argon2id with 19 MiB and two passes, salted, and checked as it was typed', async () => {
    const passwords = new Passwords();
    const [one, two] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.verify(one, PASSWORD)).toBe(true);
    expect(await passwords.verify(one, PASSWORD.toLowerCase())).toBe(false);
    expect(await passwords.verify(one, `${PASSWORD} `)).toBe(false);
  });

  test('of nobody costs the same as one of somebody, and is never right', async () => {
    const passwords = new Passwords();
    const real = await passwords.hash(PASSWORD);
    expect(parseOptions(HASH_OF_NOBODY)).toEqual(parseOptions(real));
    // The password that it was made from: even that lets nobody in.
    expect(await passwords.verify(undefined, 'x'.repeat(20))).toBe(false);
  });

  test('waits its turn; beyond the bound it is refused at once', async () => {
    const passwords = new Passwords();
    const places = HASHES_RUNNING_MAX + HASHES_WAITING_MAX;
    const all = Array.from({ length: places + 5 }, () => passwords.hash(PASSWORD));
    const settled = await Promise.allSettled(all);
    const refused = settled.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(5);
    expect(refused[0]?.reason).toMatchObject({ code: 'rate_limited', retryAfterMs: 1000 });
    await expect(passwords.hash(PASSWORD)).resolves.toContain('argon2id');
  });
});

describe('a password is refused', () => {
  test.each([
    ['with the name in it', 'my name is Olivia, hello', 'must not contain the name'],
    ['of one letter', 'aaaaaaaaaaaaaaaaaaaa', 'repeats too few'],
    ['of two letters', 'abababababababababab', 'repeats too few'],
    ['everybody uses', 'passwordpassword1', 'everybody uses'],
    ['of digits in a row', '123456789012345678', 'everybody uses'],
    ['along the keyboard', 'Qwertyuiop1234567890', 'everybody uses'],
    ['of the words of this product', 'claude-code-dashboard', 'everybody uses'],
    ['from a famous comic', 'correct horse battery staple'.replaceAll(' ', ''), 'everybody uses'],
    ['of a season and a year', 'Summer2026!Summer2026!', 'everybody uses'],
  ])('%s', (_name, password, why) => {
    expect(() => requireGoodPassword(password, 'olivia')).toThrow(why);
  });

  test.each([
    ['words of one’s own', PASSWORD],
    ['chance', 'kT7$vq2!mZ9#pL4x'],
    ['other scripts', 'семь опрятных выдр свистят'],
    ['emoji', '🦦🦦 seven tidy otters 🎶'],
    ['a common word among others', 'password of seven tidy otters'],
  ])('but not %s', (_name, password) => {
    expect(() => requireGoodPassword(password, 'olivia')).not.toThrow();
  });

  test('a name of a few letters does not make half of all words bad', () => {
    expect(() => requireGoodPassword(PASSWORD, 'ot')).not.toThrow();
  });
});
