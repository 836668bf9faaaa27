/** S26: what a passkey signs counts once, for a few minutes, and for what it was given out. */
import { randomUUID } from 'node:crypto';
import { parseUserId } from '@dashboard/protocol/ids';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { CHALLENGE_TTL_MS, CHALLENGES_MAX } from '../limits.ts';
import { Challenges } from './challenges.ts';

const olivia = parseUserId(randomUUID());
const otto = parseUserId(randomUUID());

test('S26: a challenge counts once', () => {
  const challenges = new Challenges(new ManualClock());
  const challenge = challenges.create('login');
  expect(challenges.redeem(challenge, 'login')).toBe(true);
  expect(challenges.redeem(challenge, 'login')).toBe(false);
});

test('S26: one of somebody else, or for another purpose, is used up by the try', () => {
  const challenges = new Challenges(new ManualClock());
  for (const by of [otto, 'login'] as const) {
    const challenge = challenges.create(olivia);
    expect(challenges.redeem(challenge, by)).toBe(false);
    expect(challenges.redeem(challenge, olivia)).toBe(false);
  }
});

test('S26: it runs out', () => {
  const clock = new ManualClock();
  const challenges = new Challenges(clock);
  const challenge = challenges.create('login');
  clock.advance(CHALLENGE_TTL_MS);
  expect(challenges.redeem(challenge, 'login')).toBe(false);
});

test('of too many the oldest is forgotten, and the newest works', () => {
  const challenges = new Challenges(new ManualClock());
  const oldest = challenges.create('login');
  const newest = Array.from({ length: CHALLENGES_MAX }, () => challenges.create('login')).at(-1);
  expect(challenges.redeem(oldest, 'login')).toBe(false);
  expect(challenges.redeem(newest ?? '', 'login')).toBe(true);
});
