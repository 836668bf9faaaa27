/** S54: how much one address may ask, and that nobody can say to be another. */
import { expect, test } from 'vitest';
import { startTestApp } from '../../test/test-app.ts';

const rateLimit = { windowMs: 60_000, requestsMax: 3 };

test('beyond the bound of its window an address waits, also at addresses that nobody knows', async () => {
  const { browser } = await startTestApp({ config: { rateLimit } });
  const one = browser();
  for (const url of ['/api/setup', '/nowhere', '/api/nothing']) {
    expect((await one.request('GET', url)).statusCode).not.toBe(429);
  }
  const response = await one.request('GET', '/api/setup');
  expect(response.statusCode).toBe(429);
  expect(response.json()).toMatchObject({ code: 'rate_limited' });
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  expect((await browser({ address: '192.0.2.2' }).request('GET', '/api/setup')).statusCode).toBe(
    200,
  );
});

test.each([-3_600_000, 3_600_000])(
  'R21: a window ends in time, though the wall clock jumps %i ms',
  async (jumpMs) => {
    const { browser, clock } = await startTestApp({ config: { rateLimit } });
    const one = browser();
    const ask = async () => (await one.request('GET', '/api/setup')).statusCode;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([200, 200, 200, 429]);
    clock.jumpWallTime(jumpMs);
    expect(await ask()).toBe(429);
    clock.advance(rateLimit.windowMs);
    expect(await ask()).toBe(200);
  },
);

test('a refusal for another reason counts as well', async () => {
  const { browser } = await startTestApp({ config: { rateLimit } });
  const headers = { host: 'evil.test' };
  const statuses = [];
  for (let n = 0; n < 5; n++) {
    statuses.push((await browser().request('GET', '/', { headers })).statusCode);
  }
  expect(statuses).toEqual([421, 421, 421, 429, 429]);
});

const forwarded = async (trustProxy: string[], address: string) => {
  const { browser } = await startTestApp({ config: { rateLimit, trustProxy } });
  const statuses = [];
  for (let n = 0; n < 5; n++) {
    const headers = { 'x-forwarded-for': `203.0.113.${n}`, 'x-real-ip': `203.0.113.${n}` };
    statuses.push(
      (await browser({ address }).request('GET', '/api/setup', { headers })).statusCode,
    );
  }
  return statuses;
};

test('X-Forwarded-For of a stranger is not believed', async () => {
  expect(await forwarded([], '192.0.2.1')).toEqual([200, 200, 200, 429, 429]);
  expect(await forwarded(['10.0.0.0/24'], '192.0.2.1')).toEqual([200, 200, 200, 429, 429]);
});

test('that of a listed proxy is', async () => {
  expect(await forwarded(['10.0.0.0/24'], '10.0.0.7')).toEqual([200, 200, 200, 200, 200]);
});
