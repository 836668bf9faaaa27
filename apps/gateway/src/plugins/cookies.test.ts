/** S12: which cookies a browser is given, and where. */
import { expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';
import { setCookiesOf } from '../../test/test-browser.ts';
import { placesOf } from './places.ts';

const STRICT = ['HttpOnly', 'Path=/', 'SameSite=Strict'];
const MONTH = 'Max-Age=2592000';

async function cookiesAt(origin: string) {
  const { host } = new URL(origin);
  const places = placesOf(
    { host: '127.0.0.1', allowedHosts: [host], allowedOrigins: [origin] },
    3000,
  );
  const { browser, setupTokens } = await startTestApp({ places });
  const person = browser({ host });
  const response = await person.request('POST', '/api/setup', {
    headers: { origin },
    body: { token: setupTokens[0], name: 'olivia', password: PASSWORD },
  });
  expect(response.statusCode).toBe(201);
  return { person, response, cookies: setCookiesOf(response), origin };
}

test.each([
  'https://dashboard.example.com',
  'https://localhost:8443',
  'http://dashboard.example.com',
  'http://localhost.example.com:3000',
  'http://192.168.1.5:3000',
])('at %s they are bound to the host and to TLS', async (origin) => {
  const { cookies } = await cookiesAt(origin);
  expect(cookies.map(({ name }) => name)).toEqual(['__Host-access', '__Host-refresh']);
  expect(cookies[0]?.attributes).toEqual([...STRICT, 'Max-Age=3600', 'Secure'].toSorted());
  expect(cookies[1]?.attributes).toEqual([...STRICT, MONTH, 'Secure'].toSorted());
});

test.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000'])(
  'at %s, plain and on this machine, they lack that and nothing else',
  async (origin) => {
    const { cookies } = await cookiesAt(origin);
    expect(cookies.map(({ name }) => name)).toEqual(['access', 'refresh']);
    expect(cookies[0]?.attributes).toEqual([...STRICT, 'Max-Age=3600'].toSorted());
    expect(cookies[1]?.attributes).toEqual([...STRICT, MONTH].toSorted());
  },
);

test('behind TLS a cookie without the prefix counts for nothing: a neighbour could have set it', async () => {
  const { person, origin } = await cookiesAt('https://dashboard.example.com');
  const token = person.cookies.get('__Host-access') ?? '';
  const headers = { origin, cookie: `access=${token}` };
  expect((await person.request('GET', '/api/me', { headers })).statusCode).toBe(401);
  await person.expect(200, 'GET', '/api/me');
});

test('tokens are in cookies alone, never in a body', async () => {
  const { response, cookies } = await cookiesAt('http://localhost:3000');
  for (const { value } of cookies) expect(response.body).not.toContain(value);
});

test('HSTS is said where there is TLS, and only there', async () => {
  const secure = await cookiesAt('https://dashboard.example.com');
  expect(secure.response.headers['strict-transport-security']).toBe('max-age=31536000');
  const plain = await cookiesAt('http://localhost:3000');
  expect(plain.response.headers['strict-transport-security']).toBeUndefined();
});
