/** Setup, login, refresh and logout, as a browser goes through them. */
import type { Me } from '@dashboard/protocol/people';
import { describe, expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';
import { setCookiesOf } from '../../test/test-browser.ts';
import { ACCOUNT_FAILURES_FREE, REFRESH_GRACE_MS, SETUP_TOKEN_TTL_MS } from '../limits.ts';

const WRONG = 'Seven tidy weasels whistle';

describe('setup', () => {
  test('makes the first owner with the printed token, and logs in', async () => {
    const { browser, owner } = await startTestApp();
    expect(await browser().expect(200, 'GET', '/api/setup')).toEqual({ isNeeded: true });
    const olivia = await owner('olivia');
    const me = await olivia.expect<Me>(200, 'GET', '/api/me');
    expect(me.user).toMatchObject({ name: 'olivia', role: 'owner' });
    expect(await browser().expect(200, 'GET', '/api/setup')).toEqual({ isNeeded: false });
  });

  test('of two browsers with the same token makes one owner', async () => {
    const { browser, setupTokens, auth } = await startTestApp();
    const token = setupTokens[0];
    const tries = ['olivia', 'mallory'].map((name) =>
      browser().request('POST', '/api/setup', { body: { token, name, password: PASSWORD } }),
    );
    const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode);
    expect(statuses.toSorted()).toEqual([201, 401]);
    expect(auth.users.count).toBe(1);
  });

  test('is refused without the token, and afterwards for good', async () => {
    const { browser, owner, setupTokens } = await startTestApp();
    const body = { token: 'A'.repeat(43), name: 'mallory', password: PASSWORD };
    await browser().refused('invalid_setup_token', 'POST', '/api/setup', body);
    await owner();
    const again = { ...body, token: setupTokens[0] };
    await browser().refused('setup_done', 'POST', '/api/setup', again);
  });

  test('takes the newest token only', async () => {
    const { browser, clock, setupTokens } = await startTestApp();
    clock.advance(SETUP_TOKEN_TTL_MS);
    const body = { name: 'olivia', password: PASSWORD };
    const [old, fresh] = setupTokens;
    await browser().refused('invalid_setup_token', 'POST', '/api/setup', { ...body, token: old });
    await browser().expect(201, 'POST', '/api/setup', { ...body, token: fresh });
  });

  test('does not spend the token on a password that is refused', async () => {
    const { browser, setupTokens } = await startTestApp();
    const body = { token: setupTokens[0], name: 'olivia', password: 'password12345678' };
    const problem = await browser().refused('invalid_request', 'POST', '/api/setup', body);
    expect(problem.title).toContain('everybody uses');
    await browser().expect(201, 'POST', '/api/setup', { ...body, password: PASSWORD });
  });

  test('that fails on the way prints another token', async () => {
    const { browser, setupTokens, auth } = await startTestApp();
    const body = { token: setupTokens[0], name: 'olivia', password: PASSWORD };
    const busy = Array.from({ length: 70 }, () => auth.passwords.hash('x').catch(() => undefined));
    await browser().refused('rate_limited', 'POST', '/api/setup', body);
    await Promise.all(busy);
    expect(setupTokens).toHaveLength(2);
    await browser().expect(201, 'POST', '/api/setup', { ...body, token: setupTokens[1] });
  });

  test.each([
    '',
    ' olivia',
    'olivia smith',
    '-rf',
    'ol\u0000ivia',
    'олівія',
    '#(id)',
    'a'.repeat(65),
  ])('refuses the name %j', async (name) => {
    const { browser, setupTokens } = await startTestApp();
    const body = { token: setupTokens[0], name, password: PASSWORD };
    await browser().refused('invalid_request', 'POST', '/api/setup', body);
  });
});

describe('login', () => {
  test('gives a login of its own, whatever the browser held before', async () => {
    const { owner, browser } = await startTestApp();
    const first = await owner();
    const { loginId: old } = await first.expect<Me>(200, 'GET', '/api/me');
    const other = browser();
    other.cookies.set('access', first.cookies.get('access') ?? '');
    const me = await other.expect<Me>(200, 'POST', '/api/login', {
      name: 'Olivia',
      password: PASSWORD,
    });
    expect(me.loginId).not.toBe(old);
    expect(me.user.name).toBe('olivia');
    await first.expect(200, 'GET', '/api/me');
  });

  test('says the same of a wrong name as of a wrong password', async () => {
    const { owner, browser } = await startTestApp();
    await owner();
    const [password, name] = await Promise.all([
      browser().refused('invalid_credentials', 'POST', '/api/login', {
        name: 'olivia',
        password: WRONG,
      }),
      browser().refused('invalid_credentials', 'POST', '/api/login', {
        name: 'nobody',
        password: WRONG,
      }),
    ]);
    expect({ ...password, requestId: '' }).toEqual({ ...name, requestId: '' });
  });

  test('S23: guesses are slowed, whatever X-Forwarded-For says, and the right one then waits too', async () => {
    const { owner, browser, clock } = await startTestApp();
    await owner();
    const thief = browser({ address: '198.51.100.7' });
    const guess = (n: number, password: string) =>
      thief.request('POST', '/api/login', {
        headers: { 'x-forwarded-for': `203.0.113.${n}` },
        body: { name: 'olivia', password },
      });
    for (let n = 0; n < ACCOUNT_FAILURES_FREE; n++) {
      expect((await guess(n, WRONG)).statusCode).toBe(401);
    }
    const held = await guess(99, PASSWORD);
    expect(held.statusCode).toBe(429);
    expect(held.headers['retry-after']).toBe('1');
    clock.advance(1_000);
    expect((await guess(99, PASSWORD)).statusCode).toBe(200);
  });

  test('S21: 200 at once keep other requests going, and none is lost silently', async () => {
    const { owner, browser } = await startTestApp();
    const olivia = await owner();
    const logins = Array.from({ length: 200 }, (_, n) =>
      browser({ address: `10.0.${n}.1` }).request('POST', '/api/login', {
        body: { name: `person${n}`, password: WRONG },
      }),
    );
    await olivia.expect(200, 'GET', '/api/me');
    const statuses = (await Promise.all(logins)).map(({ statusCode }) => statusCode);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });
});

describe('refresh', () => {
  test('gives new cookies for the same login', async () => {
    const { owner } = await startTestApp();
    const browser = await owner();
    const before = await browser.expect<Me>(200, 'GET', '/api/me');
    const old = browser.cookies.get('refresh');
    expect(await browser.expect<Me>(200, 'POST', '/api/refresh')).toEqual(before);
    expect(browser.cookies.get('refresh')).not.toBe(old);
  });

  test('of two tabs at the same moment logs nobody out, whichever answer comes last', async () => {
    const { owner, clock } = await startTestApp();
    const tab = await owner();
    const beside = tab.copy();
    await Promise.all([
      tab.expect(200, 'POST', '/api/refresh'),
      beside.expect(200, 'POST', '/api/refresh'),
    ]);
    expect(tab.cookies.get('refresh')).toBe(beside.cookies.get('refresh'));
    clock.advance(REFRESH_GRACE_MS);
    await tab.expect(200, 'POST', '/api/refresh');
  });

  test('with a stolen copy ends the login for both, and takes the cookies away', async () => {
    const { owner, clock } = await startTestApp();
    const person = await owner();
    const thief = person.copy();
    await person.expect(200, 'POST', '/api/refresh');
    clock.advance(REFRESH_GRACE_MS);
    const response = await thief.request('POST', '/api/refresh');
    expect(response.statusCode).toBe(401);
    expect(setCookiesOf(response).map(({ value }) => value)).toEqual(['', '']);
    await person.refused('unauthenticated', 'GET', '/api/me');
    await person.refused('unauthenticated', 'POST', '/api/refresh');
  });

  test('without a cookie is unauthenticated', async () => {
    const { browser } = await startTestApp();
    await browser().refused('unauthenticated', 'POST', '/api/refresh');
  });
});

describe('logout', () => {
  test('ends this login and no other, for the tokens that are out as well', async () => {
    const { owner, browser, auth } = await startTestApp();
    const here = await owner();
    const there = browser();
    await there.expect(200, 'POST', '/api/login', { name: 'olivia', password: PASSWORD });
    const copy = here.copy();
    const told: unknown[] = [];
    auth.logins.onRevoked(({ reason }) => told.push(reason));
    await here.expect(204, 'POST', '/api/logout');
    expect(told).toEqual(['logged_out']);
    expect(here.cookies.size).toBe(0);
    await copy.refused('unauthenticated', 'GET', '/api/me');
    await copy.refused('unauthenticated', 'POST', '/api/refresh');
    await there.expect(200, 'GET', '/api/me');
  });
});
