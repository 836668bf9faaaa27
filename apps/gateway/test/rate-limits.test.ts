/**
 * The rate limits under load, as docs/OPERATIONS.md states them: who is over one gets 429 with Retry-After, and
 * nobody else notices. How quick the others' answers stay is printed, not asserted: it is the machine's as well.
 * LIMIT_SECONDS makes the rounds longer.
 */
import autocannon, { type Options, type Result } from 'autocannon';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { expect, test } from 'vitest';
import { ADDRESS_FAILURES_FREE, TICKETS_PER_LOGIN_MAX } from '../src/limits.ts';
import { sharedStack } from './shared-stack.ts';

const ROUND_S = Number(process.env['LIMIT_SECONDS'] ?? 1);
const TEST_TIMEOUT_MS = 30_000 + 4_000 * ROUND_S;
const REQUESTS_MAX = 300 + 60 * ROUND_S;
/** Of somebody who uses the page. Fewer than the bound in all rounds together, however long they are. */
const OTHERS_PER_S = 20;
const GUEST = '203.0.113.1';
const FLOODER = '198.51.100.1';
const GUESSER = '192.0.2.1';

const stack = sharedStack({
  gatewayEnv: {
    RATE_LIMIT_MAX_REQUESTS: String(REQUESTS_MAX),
    RATE_LIMIT_WINDOW_MS: '3600000',
    TRUST_PROXY: '127.0.0.1', // so that requests can come from several addresses
  },
});

async function fire(from: string, options: Partial<Options> & { path: string }): Promise<Result> {
  const { path, headers, ...rest } = options;
  const { url } = stack();
  return await autocannon({
    url: new URL(path, url).href,
    headers: { origin: new URL(url).origin, 'x-forwarded-for': from, ...headers },
    ...rest,
  });
}

/** @returns how often each status was answered */
function statusesOf({ statusCodeStats = {} }: Result): Record<string, number> {
  return Object.fromEntries(
    Object.entries(statusCodeStats).map(([status, { count = 0 }]) => [status, count]),
  );
}

test(
  'an address that floods is refused, and another goes on as before',
  async () => {
    const others = { path: '/api/setup', connections: 2, overallRate: OTHERS_PER_S };
    const quiet = await fire(GUEST, { ...others, duration: ROUND_S });
    const [loud, flood] = await Promise.all([
      fire(GUEST, { ...others, duration: ROUND_S }),
      // In a thread of its own: what the other waits for is the gateway, not this process.
      fire(FLOODER, { path: '/api/setup', connections: 10, duration: ROUND_S, workers: 1 }),
    ]);
    const statuses = statusesOf(flood);
    expect(Object.keys(statuses)).toEqual(['200', '429']);
    expect(statuses['200']).toBe(REQUESTS_MAX);
    expect([quiet, loud].map(({ non2xx, errors }) => [non2xx, errors])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    const headers = { 'x-forwarded-for': FLOODER };
    const refused = await fetch(new URL('/api/setup', stack().url), { headers });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const p99 = `${quiet.latency.p99} ms alone, ${loud.latency.p99} ms beside it`;
    const rate = Math.round(flood.requests.average);
    process.stdout.write(`rate limit: a flood of ${rate}/s; p99 of another address ${p99}\n`);
  },
  TEST_TIMEOUT_MS,
);

test(
  'a guesser has so many tries, and the owner logs in from elsewhere',
  async () => {
    const body = (name: string, password: string): string => JSON.stringify({ name, password });
    const login = {
      path: '/api/login',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    } as const;
    const guesses = await fire(GUESSER, {
      ...login,
      body: body('nobody', 'a password that is wrong'),
      connections: 10,
      amount: 5 * ADDRESS_FAILURES_FREE,
    });
    const { 429: refused = 0, ...others } = statusesOf(guesses);
    expect(refused).toBeGreaterThanOrEqual(3 * ADDRESS_FAILURES_FREE);
    expect(Object.keys(others)).toEqual(['401']);
    const right = { ...login, body: body(OWNER.name, OWNER.password) };
    const owner = await fire(GUEST, { ...right, connections: 1, amount: 1 });
    expect(statusesOf(owner)).toEqual({ 200: 1 });
  },
  TEST_TIMEOUT_MS,
);

test(
  'a login holds so many tickets',
  async () => {
    const { owner, projects } = stack();
    const { id } = await owner.startSession({ directory: projects });
    const asked = await fire('203.0.113.9', {
      path: `/api/sessions/${id}/ticket`,
      method: 'POST',
      headers: { cookie: owner.cookieHeader, 'content-type': 'application/json' },
      body: JSON.stringify({ viewerId: new TerminalClient(owner, id).viewerId, mode: 'view' }),
      connections: 5,
      amount: 2 * TICKETS_PER_LOGIN_MAX,
    });
    expect(statusesOf(asked)).toEqual({
      201: TICKETS_PER_LOGIN_MAX,
      429: TICKETS_PER_LOGIN_MAX,
    });
  },
  TEST_TIMEOUT_MS,
);
