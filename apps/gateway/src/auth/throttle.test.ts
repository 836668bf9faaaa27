/** S23: guessing is slow, and nobody is locked out by somebody else's guessing. */
import { DashboardError } from '@dashboard/protocol/errors';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { describe, expect, test } from 'vitest';
import {
  ACCOUNT_FAILURES_FREE,
  ADDRESS_FAILURES_FREE,
  ALL_DELAY_MS_MAX,
  ALL_FAILURES_FREE,
  DELAY_MS_MAX,
  FAILURES_FORGOTTEN_MS,
} from '../limits.ts';
import { networkOf } from './address.ts';
import { Throttle, type LoginAttempt } from './throttle.ts';

const HOUR_MS = 3_600_000;
const olivia = { name: 'olivia', address: '192.0.2.1' };
const numbered = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

function setUp() {
  const clock = new ManualClock();
  const throttle = new Throttle(clock);
  /** @returns how long to wait, 0 when the attempt was let through */
  const attempt = (what: LoginAttempt): number => {
    try {
      throttle.begin(what);
      return 0;
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate_limited' });
      return error instanceof DashboardError ? (error.retryAfterMs ?? 0) : 0;
    }
  };
  return { clock, throttle, attempt };
}

describe('of one account', () => {
  test('a few failures are free, then each waits twice as long, up to a minute', () => {
    const { clock, attempt } = setUp();
    for (let n = 0; n < ACCOUNT_FAILURES_FREE; n++) {
      expect(attempt({ ...olivia, address: numbered(n) })).toBe(0);
    }
    const waits = Array.from({ length: 9 }, (_, n) => {
      const from = { ...olivia, address: numbered(100 + n) };
      const waitMs = attempt(from);
      clock.advance(waitMs - 1);
      expect(attempt(from)).toBe(1);
      clock.advance(1);
      expect(attempt(from)).toBe(0);
      return waitMs / 1000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('at most 100 of 10,000 guesses an hour are looked at, wherever they come from', () => {
    const { clock, attempt } = setUp();
    let looked = 0;
    for (let n = 0; n < 10_000; n++) {
      if (attempt({ name: 'olivia', address: numbered(n) }) === 0) looked++;
      clock.advance(HOUR_MS / 10_000);
    }
    expect(looked).toBeLessThanOrEqual(100);
    expect(looked).toBeGreaterThan(50);
  });

  test('upper and lower case are one account', () => {
    const { attempt } = setUp();
    for (let n = 0; n < ACCOUNT_FAILURES_FREE; n++) {
      attempt({ name: n % 2 === 0 ? 'olivia' : 'OLIVIA', address: numbered(n) });
    }
    expect(attempt({ name: 'Olivia', address: numbered(99) })).toBeGreaterThan(0);
  });

  test('guesses at the same moment all count', () => {
    const { attempt } = setUp();
    const burst = Array.from({ length: 100 }, (_, n) =>
      attempt({ ...olivia, address: numbered(n) }),
    );
    expect(burst.filter((waitMs) => waitMs === 0)).toHaveLength(ACCOUNT_FAILURES_FREE);
  });

  test('whoever guesses cannot keep the owner out of a known browser', () => {
    const { clock, throttle, attempt } = setUp();
    throttle.begin(olivia);
    throttle.succeeded(olivia);
    for (let n = 0; n < 1000; n++) {
      attempt({ name: 'olivia', address: numbered(n) });
      clock.advance(1000);
    }
    expect(attempt({ name: 'olivia', address: numbered(5) })).toBeGreaterThan(0);
    expect(attempt(olivia)).toBe(0);
  });

  test('failures are forgotten after a quiet while', () => {
    const { clock, attempt } = setUp();
    for (let n = 0; n < 8; n++) {
      attempt(olivia);
      clock.advance(DELAY_MS_MAX);
    }
    expect(attempt(olivia)).toBe(0);
    expect(attempt(olivia)).toBeGreaterThan(0);
    clock.advance(FAILURES_FORGOTTEN_MS);
    expect(attempt(olivia)).toBe(0);
    expect(attempt(olivia)).toBe(0);
  });
});

describe('of one address', () => {
  test('guesses at many accounts are slowed as well', () => {
    const { attempt } = setUp();
    const waits = Array.from({ length: 100 }, (_, n) =>
      attempt({ name: `person${n}`, address: '192.0.2.9' }),
    );
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(ADDRESS_FAILURES_FREE);
  });

  test('all of a /64 is one address', () => {
    const { attempt } = setUp();
    const waits = Array.from({ length: 100 }, (_, n) =>
      attempt({ name: `person${n}`, address: `2001:db8:0:7::${n.toString(16)}` }),
    );
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(ADDRESS_FAILURES_FREE);
    expect(attempt({ name: 'x', address: '2001:db8:0:8::1' })).toBe(0);
  });

  test('successes are not counted, however many', () => {
    const { throttle, attempt } = setUp();
    for (let n = 0; n < 200; n++) {
      const who = { name: `person${n}`, address: '192.0.2.9' };
      throttle.begin(who);
      throttle.succeeded(who);
    }
    expect(attempt({ name: 'somebody', address: '192.0.2.9' })).toBe(0);
  });
});

test('a guess from each of many addresses at many accounts waits a little, and only a little', () => {
  const { attempt } = setUp();
  const waits = Array.from({ length: ALL_FAILURES_FREE + 100 }, (_, n) =>
    attempt({ name: `person${n}`, address: numbered(n) }),
  );
  expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(ALL_FAILURES_FREE);
  expect(Math.max(...waits)).toBeLessThanOrEqual(ALL_DELAY_MS_MAX);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0DB8:0:0:ffff::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
])('%s is counted as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
