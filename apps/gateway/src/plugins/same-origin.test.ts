/** S1, S2, S19, S20: only our own page, under our own name. Peers were caught by each row below. */
import { describe, expect, test } from 'vitest';
import { HOST, ORIGIN, startTestApp } from '../../test/test-app.ts';

type Headers = Record<string, string | undefined>;

const NO_HEADERS: Headers = {
  origin: undefined,
  'sec-fetch-site': undefined,
  'sec-fetch-mode': undefined,
};

describe('a host', () => {
  test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'LOCALHOST:3000'])(
    '%s is ours',
    async (host) => {
      const { browser } = await startTestApp();
      const response = await browser().request('GET', '/api/setup', { headers: { host } });
      expect(response.statusCode).toBe(200);
    },
  );

  // DNS rebinding: the browser believes that the page of evil.test is same-origin with us.
  test.each([
    'evil.test',
    'evil.test:3000',
    'localhost',
    'localhost:3001',
    'localhost:3000.',
    'localhost.:3000',
    'localhost.evil.test:3000',
    'evil.localhost:3000',
    '0.0.0.0:3000',
    'user@localhost:3000',
  ])('%s is not, whatever is asked and however', async (host) => {
    const { browser } = await startTestApp();
    const headers = { host, origin: `http://${host}` };
    for (const [method, url] of [
      ['GET', '/api/setup'],
      ['POST', '/api/login'],
      ['GET', '/'],
      ['GET', '/health/live'],
      ['GET', '/nowhere'],
    ] as const) {
      const response = await browser().request(method, url, { headers });
      expect([response.statusCode, response.json()], url).toMatchObject([
        421,
        { code: 'foreign_host' },
      ]);
    }
  });
});

describe('a write needs our exact origin', () => {
  test.each([
    ['none', undefined],
    ['null, as from a sandboxed frame', 'null'],
    ['another site', 'http://evil.test'],
    ['another port', 'http://localhost:3001'],
    ['no port', 'http://localhost'],
    ['another scheme', 'https://localhost:3000'],
    ['ours as a prefix', 'http://localhost:3000.evil.test'],
    ['ours as a suffix', 'http://evil-localhost:3000'],
    ['ours as a user name', 'http://localhost:3000@evil.test'],
    ['ours with a slash', `${ORIGIN}/`],
    ['ours with a path', `${ORIGIN}/x`],
    ['ours in upper case', ORIGIN.toUpperCase()],
    ['two of them', `${ORIGIN}, http://evil.test`],
    ['an extension', 'chrome-extension://abcdefghijklmnop'],
  ])('not %s', async (_name, origin) => {
    const { browser } = await startTestApp();
    const response = await browser().request('POST', '/api/login', {
      headers: { origin, 'sec-fetch-site': undefined },
      body: { name: 'x', password: 'y' },
    });
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ code: 'foreign_origin' });
  });

  test('and ours gets through, with and without what the browser adds', async () => {
    const { browser } = await startTestApp();
    for (const site of ['same-origin', undefined]) {
      const headers = { origin: ORIGIN, 'sec-fetch-site': site };
      const response = await browser().request('POST', '/api/refresh', { headers });
      expect(response.json()).toMatchObject({ code: 'unauthenticated' });
    }
  });
});

describe('what the browser says of where a request comes from', () => {
  const navigate = { 'sec-fetch-mode': 'navigate', accept: 'text/html' };

  test.each<[string, 'GET' | 'POST', string, Headers, number]>([
    [
      'a link elsewhere opens the page',
      'GET',
      '/sessions',
      { 'sec-fetch-site': 'cross-site', ...navigate },
      503,
    ],
    ['a typed address opens the page', 'GET', '/', { 'sec-fetch-site': 'none', ...navigate }, 503],
    [
      'a typed address reads the API',
      'GET',
      '/api/setup',
      { 'sec-fetch-site': 'none', ...navigate },
      200,
    ],
    ['a program without such headers reads', 'GET', '/api/setup', NO_HEADERS, 200],
    ['another site does not read', 'GET', '/api/setup', { 'sec-fetch-site': 'cross-site' }, 403],
    [
      'another port of this host does not',
      'GET',
      '/api/setup',
      { 'sec-fetch-site': 'same-site' },
      403,
    ],
    [
      'a link elsewhere does not open the API',
      'GET',
      '/api/setup',
      { 'sec-fetch-site': 'cross-site', ...navigate },
      403,
    ],
    [
      'another site does not load a file',
      'GET',
      '/x.js',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
      403,
    ],
    [
      'another site does not write',
      'POST',
      '/api/refresh',
      { 'sec-fetch-site': 'cross-site' },
      403,
    ],
    ['nor another port', 'POST', '/api/refresh', { 'sec-fetch-site': 'same-site' }, 403],
    ['nor a typed address', 'POST', '/api/refresh', { 'sec-fetch-site': 'none' }, 403],
  ])('%s', async (...[, method, url, headers, status]) => {
    const { browser } = await startTestApp();
    const response = await browser().request(method, url, { headers });
    expect(response.statusCode).toBe(status);
  });
});

test('the checks come before anybody asks who is logged in', async () => {
  const { owner } = await startTestApp();
  const browser = await owner();
  const headers = { origin: 'http://evil.test', 'sec-fetch-site': 'cross-site' };
  expect((await browser.request('POST', '/api/logout', { headers })).statusCode).toBe(403);
  await browser.expect(200, 'GET', '/api/me');
});

test('no other origin is ever allowed to read: there are no CORS headers', async () => {
  const { browser } = await startTestApp();
  for (const origin of [ORIGIN, 'http://evil.test', 'null']) {
    for (const method of ['GET', 'OPTIONS', 'POST'] as const) {
      const headers = { origin, 'access-control-request-method': 'POST', host: HOST };
      const response = await browser().request(method, '/api/setup', { headers });
      const cors = Object.keys(response.headers).filter((name) =>
        name.startsWith('access-control'),
      );
      expect(cors).toEqual([]);
    }
  }
});
