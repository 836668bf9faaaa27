/** S57, S3, S14, S60: one door for everything, and every route says who may pass it. */
import { REST, type Endpoint } from '@dashboard/protocol/rest';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';

/** What may be read without a login; a new line here is a decision. */
const PUBLIC = [
  'GET /api/openapi.json',
  'GET /api/setup',
  'GET /health',
  'GET /health/live',
  'GET /health/ready',
  // For this machine and for holders of the token; routes/metrics.test.ts.
  'GET /metrics',
  'GET /metrics/worker',
  'POST /api/join',
  'POST /api/login',
  'POST /api/login/challenge',
  'POST /api/login/passkey',
  'POST /api/refresh',
  'POST /api/setup',
];

describe('every route', () => {
  test('that the server has is refused without a login, but for a closed list', async () => {
    const { app, browser } = await startTestApp();
    const open: string[] = [];
    for (const { method, url } of routesOf(app.printRoutes({ commonPrefix: false }))) {
      if (url === '*') continue; // the page, which is for everybody
      const path = url.replace(':id', '00000000-0000-4000-8000-000000000000');
      const response = await browser().request(method as 'GET', path);
      // By its words: a refresh without a cookie is unauthenticated as well, but was let in.
      if (!response.body.includes('Nobody is logged in here.')) open.push(`${method} ${url}`);
    }
    expect(open.toSorted()).toEqual(PUBLIC);
  });

  test('that does not say who may call it is refused when it is registered', async () => {
    const { app } = await startTestApp({
      extend(app) {
        expect(() => app.get('/api/forgotten', async () => 'hello')).toThrow(
          'does not say who may call it',
        );
      },
    });
    expect(app.hasRoute({ method: 'GET', url: '/api/forgotten' })).toBe(false);
  });

  test('of the table wants the role that the table says', async () => {
    const { auth, browser, owner } = await startTestApp();
    await owner();
    for (const role of ['observer', 'operator'] as const) {
      auth.users.add({ name: role, role, passwordHash: await auth.passwords.hash(PASSWORD) });
      const person = browser();
      await person.expect(200, 'POST', '/api/login', { name: role, password: PASSWORD });
      for (const endpoint of ownerOnly()) {
        const url = endpoint.path.replace(':id', '00000000-0000-4000-8000-000000000000');
        const problem = await person.refused('forbidden', endpoint.method, url, {});
        expect(problem.title).toBe(`needs owner, has ${role}`);
      }
    }
  });
});

function ownerOnly(): Endpoint[] {
  return Object.values<Endpoint>(REST).filter(({ access }) => access === 'owner');
}

/** Reads Fastify's own list: "└── /api/users (GET, POST)". */
function routesOf(printed: string): { method: string; url: string }[] {
  const stack: string[] = [];
  return printed.split('\n').flatMap((line) => {
    const [, indent = '', path = '', methods] =
      /^([│├└─ ]*?)(\/?[^ ]+)(?: \((.+)\))?$/.exec(line) ?? [];
    if (path === '') return [];
    const depth = Math.floor(indent.length / 4);
    stack.splice(depth - 1, stack.length, path);
    const url = stack.join('');
    return (methods?.split(', ') ?? []).map((method) => ({ method, url }));
  });
}

describe('whoever comes', () => {
  test.each<[string, string]>([
    ['nothing', ''],
    ['an empty cookie', 'access='],
    ['no token', 'access=hello'],
    ['a token signed with nothing', 'access=eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'],
    ['a cookie of another name', '__Host-access=x; session=y'],
  ])('with %s is nobody', async (_name, cookie) => {
    const { browser } = await startTestApp();
    const response = await browser().request('GET', '/api/me', { headers: { cookie } });
    expect(response.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  test('with a token signed by somebody else is nobody', async () => {
    const { owner, browser } = await startTestApp();
    const me = await (await owner()).expect<{ loginId: string }>(200, 'GET', '/api/me');
    const forged = await new SignJWT({ sub: me.loginId })
      .setProtectedHeader({ alg: 'HS256', kid: 'one', typ: 'dashboard-access+jwt' })
      .sign(new Uint8Array(32));
    const headers = { cookie: `access=${forged}` };
    expect((await browser().request('GET', '/api/me', { headers })).statusCode).toBe(401);
  });

  test('with a good token of a login that was revoked is nobody, from the next request on', async () => {
    const { auth, owner } = await startTestApp();
    const browser = await owner();
    const { loginId } = await browser.expect<{ loginId: never }>(200, 'GET', '/api/me');
    auth.logins.revoke(loginId, 'logged_out');
    await browser.refused('unauthenticated', 'GET', '/api/me');
  });

  test('after an hour has to refresh, and then goes on', async () => {
    const { clock, owner } = await startTestApp();
    const browser = await owner();
    clock.advance(3_600_000 + 61_000);
    await browser.refused('unauthenticated', 'GET', '/api/me');
    await browser.expect(200, 'POST', '/api/refresh');
    await browser.expect(200, 'GET', '/api/me');
  });

  test('by another spelling of the address does not get around the door', async () => {
    const { browser } = await startTestApp();
    for (const url of [
      '//api/me',
      '/api//me',
      '/api/me/',
      '/api/%6De',
      '/api/me;x',
      '/API/ME',
      '/api/./me',
      '/x/../api/me',
    ]) {
      const response = await browser().request('GET', url);
      expect([400, 401, 404], url).toContain(response.statusCode);
    }
  });
});

test('a failure inside the door keeps it shut', async () => {
  const { auth, owner } = await startTestApp();
  const browser = await owner();
  await auth.database.stop();
  const response = await browser.request('GET', '/api/me');
  expect(response.statusCode).toBe(500);
  expect(response.body).not.toContain('database');
});

test('a demotion counts from the next request on', async () => {
  const { auth, owner } = await startTestApp();
  const browser = await owner();
  const { user } = await browser.expect<{ user: { id: never } }>(200, 'GET', '/api/me');
  auth.users.add({ name: 'otto', role: 'owner', passwordHash: 'x' });
  await browser.expect(200, 'GET', '/api/users');
  auth.users.changeRole(user.id, 'observer');
  await browser.refused('forbidden', 'GET', '/api/users');
});
