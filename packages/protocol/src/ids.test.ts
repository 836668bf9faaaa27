/** Names that cross a process boundary. */
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import {
  makeSessionId,
  parseSessionId,
  parseUserId,
  parseViewerId,
  SessionIdSchema,
} from './ids.ts';

const UUID = '6ba7b810-9dad-41d1-80b4-00c04fd430c8';
const time = fc.nat(2 ** 48 - 1);
const random = fc.uint8Array({ minLength: 16, maxLength: 16 });

test('every new session id parses, by function and by schema', () => {
  fc.assert(
    fc.property(time, random, (nowMs, chance) => {
      const id = makeSessionId(nowMs, chance);
      expect(parseSessionId(id)).toBe(id);
      expect(Value.Check(SessionIdSchema, id)).toBe(true);
    }),
  );
});

test('ids sort by the time they were made', () => {
  fc.assert(
    fc.property(fc.tuple(time, random), fc.tuple(time, random), (a, b) => {
      fc.pre(a[0] < b[0]);
      expect(makeSessionId(...a) < makeSessionId(...b)).toBe(true);
    }),
  );
});

test('each of the 80 random bits counts', () => {
  const zeros = new Uint8Array(16);
  const ids = new Set([makeSessionId(0, zeros)]);
  for (let bit = 0; bit < 80; bit++) {
    const chance = new Uint8Array(16);
    chance[Math.floor(bit / 5)] = 1 << (bit % 5);
    ids.add(makeSessionId(0, chance));
  }
  expect(ids.size).toBe(81);
});

test('too little chance or an impossible time is our bug', () => {
  expect(() => makeSessionId(0, new Uint8Array(15))).toThrow(/guessed/);
  for (const nowMs of [-1, 0.5, 2 ** 48, Number.NaN]) {
    expect(() => makeSessionId(nowMs, new Uint8Array(16))).toThrow(/sort/);
  }
});

test.each([
  '',
  '01jd00000000000000000000ab',
  '01JD00000000000000000000A',
  '01JD00000000000000000000ABC',
  '81JD00000000000000000000AB',
  '01JD0000000000000000000IAB',
  '01JD00000000000000000000AB\n',
  '01JD00000000000000000000AB;',
  '../../../../../../etc/hosts',
  '#(touch canary)00000000000',
])('%j is no session id', (text) => {
  expect(() => parseSessionId(text)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: expect.stringContaining('session'),
    }),
  );
});

test('only a lower-case UUID of version 4 names a viewer or a person', () => {
  expect(parseViewerId(UUID)).toBe(UUID);
  expect(parseUserId(UUID)).toBe(UUID);
  for (const text of [UUID.toUpperCase(), UUID.replace('-4', '-1'), `${UUID}0`, `{${UUID}}`]) {
    expect(() => parseViewerId(text)).toThrow(/not a viewer id/);
  }
});

test('an error repeats little of what was sent, and nothing raw', () => {
  const text = `\u001b]0;owned\u0007${'x'.repeat(10_000)}`;
  try {
    parseSessionId(text);
    expect.unreachable();
  } catch (error) {
    const { message } = error as Error;
    expect(message.length).toBeLessThan(100);
    expect(message).not.toContain('\u001b');
  }
});
