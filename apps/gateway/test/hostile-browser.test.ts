/** S2, S13, S17, S19, S20, S23, S24, S51, S52, S57: everything that a hostile page or guest can send without a socket. */
import { PasskeyChallenge } from '@dashboard/protocol/passkeys';
import { REST, type Endpoint } from '@dashboard/protocol/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placesOf } from '../src/plugins/places.ts';
import { gradeOf } from './browser-grade.ts';
import { ORIGIN, PASSWORD, startTestApp, type TestApp } from './test-app.ts';
import { setCookiesOf, type TestBrowser } from './test-browser.ts';

const HOUR_MS = 3_600_000;
const FORGOTTEN_MS = HOUR_MS / 2;
/** 10,000 take 20 s: LOGIN_GUESSES=10000. */
const GUESSES = Number(process.env['LOGIN_GUESSES'] ?? 1_000);
/** Only a count of hundreds says anything of time: LOGIN_TIMINGS=2000 takes two minutes, and ten on a busy machine. */
const TIMINGS = Number(process.env['LOGIN_TIMINGS'] ?? 4);
const WRONG = 'Seven tidy weasels whistle';

const endpoints = Object.values<Endpoint>(REST);
const writes = endpoints.filter(({ method }) => method !== 'GET');

/** With ids in the form of each kind: what is refused must not be refused for its form. */
function addressOf({ path }: Endpoint): string {
  const id = path.includes('/sessions/') ? '0'.repeat(26) : '00000000-0000-4000-8000-000000000000';
  return path.replace(/:\w+/g, id);
}

let testApp: TestApp;
let owner: TestBrowser;
const ends: (() => Promise<unknown> | void)[] = [];
beforeAll(async () => {
  testApp = await startTestApp({ atEnd: (end) => void ends.push(end), config: UNLIMITED });
  owner = await testApp.owner();
});
afterAll(async () => {
  for (const end of ends.toReversed()) await end();
});

const UNLIMITED = { rateLimit: { windowMs: 60_000, requestsMax: 1_000_000 } };

describe('S19: another site writes nothing with the cookies of a person', () => {
  const pages: Record<string, Record<string, string | undefined>> = {
    'of another site': { origin: 'http://evil.test', 'sec-fetch-site': 'cross-site' },
    'of another port of this host': {
      origin: 'http://localhost:9999',
      'sec-fetch-site': 'same-site',
    },
    'in a sandboxed frame': { origin: 'null', 'sec-fetch-site': 'cross-site' },
    'of an old browser': { origin: 'http://evil.test', 'sec-fetch-site': undefined },
    'that hides where it is': { origin: undefined, 'sec-fetch-site': 'cross-site' },
    'that hides everything': { origin: undefined, 'sec-fetch-site': undefined },
    'that claims to be ours': { origin: 'http://evil.test', 'sec-fetch-site': 'same-origin' },
  };
  const types = [
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json\t; charset=utf-8',
    undefined,
  ];
  test.each(Object.entries(pages))('a page %s', async (_which, headers) => {
    for (const endpoint of writes) {
      for (const type of types) {
        const response = await owner.request(endpoint.method, addressOf(endpoint), {
          headers: { ...headers, 'content-type': type },
          body: type === undefined ? undefined : '{}',
        });
        expect([endpoint.path, type, response.statusCode]).toEqual([endpoint.path, type, 403]);
      }
    }
    await owner.expect(200, 'GET', '/api/me');
  });

  test('and our own page writes JSON alone, however it spells something else', async () => {
    const foreign = [
      ...types.slice(1, 4),
      'application/json;\ttext/plain',
      'application/jsonx',
      '',
    ];
    for (const type of foreign) {
      const body = JSON.stringify({ name: 'olivia', password: PASSWORD, more: 1 });
      const headers = { 'content-type': type };
      const response = await testApp.browser().request('POST', '/api/login', { headers, body });
      expect([type, response.statusCode >= 400]).toEqual([type, true]);
      expect(setCookiesOf(response)).toEqual([]);
    }
  });
});

test('S2: a name that was rebound to our address leads nowhere, whatever is asked', async () => {
  const pages = ['/', '/health', '/health/live', '/metrics', '/favicon.ico', '/api/openapi.json'];
  for (const host of ['evil.test', 'evil.test:3000', 'localhost:3000.evil.test']) {
    const asked = [
      ...endpoints.map((endpoint) => [endpoint.method, addressOf(endpoint)] as const),
      ...pages.map((path) => ['GET', path] as const),
    ];
    for (const [method, path] of asked) {
      const headers = { host, origin: `http://${host}`, 'x-forwarded-host': 'localhost:3000' };
      const response = await owner.request(method, path, { headers });
      expect([path, response.statusCode]).toEqual([path, 421]);
    }
  }
});

test('S20, S51: no answer can be framed, read by another origin, or run a foreign script', async () => {
  for (const path of [
    '/',
    '/login',
    '/sessions/x',
    '/api/me',
    '/api/nothing',
    '/x.js',
    '/health',
  ]) {
    const { headers } = await owner.request('GET', path, {
      headers: { origin: 'http://evil.test' },
    });
    expect(headers['x-frame-options']).toBe('DENY');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
});

test('S52: by the published rules of the Observatory the answers are worth an A+', async () => {
  const origin = 'https://dashboard.example.com';
  const { host } = new URL(origin);
  const places = placesOf(
    { host: '127.0.0.1', allowedHosts: [host], allowedOrigins: [origin] },
    3000,
  );
  const { browser, setupTokens } = await startTestApp({ places });
  const response = await browser({ host }).request('POST', '/api/setup', {
    headers: { origin },
    body: { token: setupTokens[0], name: 'olivia', password: PASSWORD },
  });
  expect(response.statusCode).toBe(201);
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
  );
  const grade = gradeOf({ headers, cookies: setCookiesOf(response) });
  expect(grade).toMatchObject({ penalties: [] });
  expect(grade.score).toBeGreaterThanOrEqual(100);
  const bare = { ...headers, 'content-security-policy': '' };
  expect(gradeOf({ headers: bare, cookies: [] }).penalties).toContain('no policy');
});

describe('S13: twenty tokens that were made up are nobody', () => {
  const encode = (value: object): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const forgeries: Record<string, (parts: { h: string; p: string; s: string }) => string> = {
    'signed by nobody': ({ p }) => `${encode({ alg: 'none' })}.${p}.`,
    'signed by nobody, in capitals': ({ p }) => `${encode({ alg: 'NONE' })}.${p}.`,
    'signed by nobody, with our kid': ({ p }) =>
      `${encode({ alg: 'none', kid: 'one', typ: 'dashboard-access+jwt' })}.${p}.`,
    'without its signature': ({ h, p }) => `${h}.${p}.`,
    'without the last dot': ({ h, p }) => `${h}.${p}`,
    'with half a signature': ({ h, p, s }) => `${h}.${p}.${s.slice(0, 20)}`,
    'with a signature of zeros': ({ h, p }) => `${h}.${p}.${'A'.repeat(43)}`,
    'with another head': ({ p, s }) => `${encode({ alg: 'HS256', kid: 'two' })}.${p}.${s}`,
    'with another algorithm': ({ p, s }) => `${encode({ alg: 'HS512', kid: 'one' })}.${p}.${s}`,
    'with a kid that is a path': ({ p, s }) =>
      `${encode({ alg: 'HS256', kid: '../../../dev/null' })}.${p}.${s}`,
    'with a kid that is a query': ({ p, s }) =>
      `${encode({ alg: 'HS256', kid: "' UNION SELECT '' --" })}.${p}.${s}`,
    'with a key of its own': ({ p, s }) =>
      `${encode({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } })}.${p}.${s}`,
    'with a key from elsewhere': ({ p, s }) =>
      `${encode({ alg: 'RS256', jku: 'http://evil.test/keys' })}.${p}.${s}`,
    'with a longer life': ({ h, p, s }) => `${h}.${encode({ ...claimsOf(p), exp: 2 ** 53 })}.${s}`,
    'of another login': ({ h, p, s }) => `${h}.${encode({ ...claimsOf(p), sub: 'olivia' })}.${s}`,
    'with a role': ({ h, p, s }) => `${h}.${encode({ ...claimsOf(p), role: 'owner' })}.${s}`,
    'with a part too many': ({ h, p, s }) => `${h}.${p}.${s}.${s}`,
    'of five parts, as if encrypted': ({ h, p, s }) => `${h}..${p}.${s}.${s}`,
    'that is no text': () => '\u00ff\u00fe.\u0080.\u0081',
    'of 8 KiB': ({ h, s }) => `${h}.${'A'.repeat(8_000)}.${s}`,
    'from a prototype': ({ p, s }) => `${encode({ alg: 'HS256', kid: '__proto__' })}.${p}.${s}`,
  };
  const claimsOf = (payload: string): object =>
    JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;

  test.each(Object.entries(forgeries))('%s', async (_how, forge) => {
    const [h = '', p = '', s = ''] = (owner.cookies.get('access') ?? '').split('.');
    for (const path of ['/api/me', '/api/sessions', '/api/users']) {
      const headers = { cookie: `access=${forge({ h, p, s })}` };
      const response = await testApp.browser().request('GET', path, { headers });
      expect([path, response.statusCode]).toEqual([path, 401]);
    }
    expect((await owner.request('GET', '/api/me')).statusCode).toBe(200);
  });
});

test('S17: cookies that somebody planted before a login are not those after it', async () => {
  const planted = testApp.browser();
  await planted.expect(200, 'POST', '/api/login', { name: 'olivia', password: PASSWORD });
  const victim = planted.copy();
  for (const [name, value] of planted.cookies) victim.cookies.set(name, value);
  await victim.expect(200, 'POST', '/api/login', { name: 'olivia', password: PASSWORD });
  for (const name of ['access', 'refresh']) {
    expect(victim.cookies.get(name)).not.toBe(planted.cookies.get(name));
  }
  const ids = await Promise.all(
    [planted, victim].map(
      async (one) => await one.expect<{ loginId: string }>(200, 'GET', '/api/me'),
    ),
  );
  expect(ids[0]?.loginId).not.toBe(ids[1]?.loginId);
  const made = testApp.browser();
  made.cookies.set('access', 'chosen');
  made.cookies.set('refresh', 'B'.repeat(43));
  await made.expect(200, 'POST', '/api/login', { name: 'olivia', password: PASSWORD });
  expect([...made.cookies.values()]).not.toContain('chosen');
  expect([...made.cookies.values()]).not.toContain('B'.repeat(43));
});

test(
  `S23: of ${GUESSES} guesses an hour, each from elsewhere, at most 100 are looked at`,
  { timeout: 120_000 },
  async () => {
    const { browser, clock } = testApp;
    let looked = 0;
    for (let n = 0; n < GUESSES; n++) {
      // Another /64 each time, another host in it, and whatever a header can claim.
      const address = `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}::${n.toString(16)}`;
      const { statusCode } = await browser({ address }).request('POST', '/api/login', {
        headers: { 'x-forwarded-for': `203.0.113.${n % 256}`, 'x-real-ip': '127.0.0.1' },
        body: { name: 'olivia', password: WRONG },
      });
      if (statusCode === 401) looked++;
      clock.advance(Math.ceil(HOUR_MS / GUESSES));
    }
    expect(looked).toBeGreaterThan(0);
    expect(looked).toBeLessThanOrEqual(100);
    clock.advance(FORGOTTEN_MS);
    await browser().expect(200, 'POST', '/api/login', { name: 'olivia', password: PASSWORD });
  },
);

test(
  'S24: a name that nobody has cannot be told from a wrong password',
  { timeout: 60_000 + TIMINGS * 600 },
  async () => {
    const { browser, clock } = testApp;
    const tookMs = { known: [] as number[], unknown: [] as number[] };
    const answers = new Set<string>();
    for (let n = 0; n < TIMINGS; n++) {
      for (const [which, name] of [
        ['known', 'olivia'],
        ['unknown', `nobody${n}`],
      ] as const) {
        clock.advance(FORGOTTEN_MS);
        const startMs = performance.now();
        const response = await browser().request('POST', '/api/login', {
          body: { name, password: WRONG },
        });
        tookMs[which].push(performance.now() - startMs);
        const problem = { ...response.json<object>(), requestId: '' };
        answers.add(JSON.stringify([response.statusCode, problem, setCookiesOf(response)]));
      }
    }
    expect([...answers]).toHaveLength(1);
    if (TIMINGS < 500) return;
    const [a, b] = [momentsOf(tookMs.known), momentsOf(tookMs.unknown)];
    const welch =
      Math.abs(a.mean - b.mean) / Math.sqrt(a.variance / TIMINGS + b.variance / TIMINGS);
    expect(Math.abs(a.mean - b.mean)).toBeLessThan(5);
    expect(welch, JSON.stringify({ known: a, unknown: b })).toBeLessThan(2.58);
  },
);

test('S57: a failure on the way in keeps the door shut, and says nothing of itself', async () => {
  const { auth, browser, owner: make } = await startTestApp();
  const person = await make();
  await auth.database.stop();
  for (const endpoint of endpoints) {
    const response = await person.request(endpoint.method, addressOf(endpoint), { body: {} });
    // A challenge is a random number that opens nothing: it is given, and nothing with it.
    const isGiven = endpoint === REST.challengePasskey;
    expect([endpoint.path, response.statusCode >= 400]).toEqual([endpoint.path, !isGiven]);
    expect(setCookiesOf(response).filter(({ value }) => value !== '')).toEqual([]);
    if (isGiven)
      expect(Object.keys(response.json<object>())).toEqual(
        Object.keys(PasskeyChallenge.properties),
      );
    expect(response.body).not.toMatch(/database|sqlite|at .*\.ts/i);
  }
  const login = { headers: { origin: ORIGIN }, body: { name: 'olivia', password: PASSWORD } };
  expect(setCookiesOf(await browser().request('POST', '/api/login', login))).toEqual([]);
});

function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  const squares = values.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}
