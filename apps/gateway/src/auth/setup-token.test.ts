/** S25: nobody becomes owner by being first. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { SETUP_TOKEN_TTL_MS } from '../limits.ts';
import { SetupToken } from './setup-token.ts';

async function setUp({ isNeeded = true } = {}) {
  const clock = new ManualClock();
  const printed: string[] = [];
  const state = { isNeeded };
  const setupToken = new SetupToken({
    clock,
    isNeeded: () => state.isNeeded,
    announce: (token) => printed.push(token),
  });
  await setupToken.start();
  return { clock, printed, state, setupToken };
}

const refused = expect.objectContaining({ code: 'invalid_setup_token' });

test('one token is printed while nobody exists, and works once', async () => {
  const { printed, setupToken } = await setUp();
  expect(printed).toEqual([expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)]);
  const [token = ''] = printed;
  expect(() => setupToken.redeem(`${token}x`)).toThrow(refused);
  expect(() => setupToken.redeem('')).toThrow(refused);
  setupToken.redeem(token);
  expect(() => setupToken.redeem(token)).toThrow(refused);
});

test('none is printed where somebody exists', async () => {
  const { clock, printed, setupToken } = await setUp({ isNeeded: false });
  expect(printed).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(() => setupToken.redeem('A'.repeat(43))).toThrow(refused);
});

test('after 15 minutes another takes its place', async () => {
  const { clock, printed, setupToken } = await setUp();
  clock.advance(SETUP_TOKEN_TTL_MS - 1);
  expect(printed).toHaveLength(1);
  clock.advance(1);
  expect(printed).toHaveLength(2);
  expect(() => setupToken.redeem(printed[0] ?? '')).toThrow(refused);
  setupToken.redeem(printed[1] ?? '');
});

test('once somebody exists no other follows, and no timer is left', async () => {
  const { clock, printed, state, setupToken } = await setUp();
  setupToken.redeem(printed[0] ?? '');
  state.isNeeded = false;
  clock.advance(10 * SETUP_TOKEN_TTL_MS);
  expect(printed).toHaveLength(1);
  await setupToken.stop();
  expect(clock.pending).toBe(0);
});
