/** S18: people see where they are logged in and end it; owners do for everybody. */
import type { LoginList, Me } from '@dashboard/protocol/people';
import { expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';
import { ACCOUNT_FAILURES_FREE, LAST_SEEN_EVERY_MS } from '../limits.ts';

const otto = { name: 'otto', role: 'observer', password: 'Ninety calm badgers hum' } as const;
const NEXT = 'Forty grey herons stand';

async function startWithOtto() {
  const started = await startTestApp();
  const owner = await started.owner();
  await owner.expect(201, 'POST', '/api/users', otto);
  const logIn = async (address: string, userAgent: string) => {
    const browser = started.browser({ address });
    const { name, password } = otto;
    const headers = { 'user-agent': userAgent };
    const response = await browser.request('POST', '/api/login', {
      headers,
      body: { name, password },
    });
    expect(response.statusCode).toBe(200);
    return { browser, me: response.json<Me>() };
  };
  const told: string[] = [];
  started.auth.logins.onRevoked(({ reason, loginId }) => told.push(`${reason} ${loginId}`));
  const phone = await logIn('192.0.2.7', 'Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1');
  started.clock.advance(LAST_SEEN_EVERY_MS);
  const desk = await logIn('192.0.2.8', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0');
  return { ...started, owner, phone, desk, told };
}

test('S18: the list says where, from when and which one asks, seen last first', async () => {
  const { desk, phone } = await startWithOtto();
  const { logins } = await desk.browser.expect<LoginList>(200, 'GET', '/api/logins');
  expect(logins).toMatchObject([
    { browser: 'Firefox on Linux', address: '192.0.2.8', isCurrent: true, id: desk.me.loginId },
    { browser: 'Safari on iPhone', address: '192.0.2.7', isCurrent: false, id: phone.me.loginId },
  ]);
});

test('S18: one is ended, and out with its next request', async () => {
  const { desk, phone, told } = await startWithOtto();
  const url = `/api/logins/${phone.me.loginId}`;
  await desk.browser.expect(204, 'DELETE', url);
  expect(told).toEqual([`ended ${phone.me.loginId}`]);
  await phone.browser.refused('unauthenticated', 'GET', '/api/me');
  await phone.browser.refused('unauthenticated', 'POST', '/api/refresh');
  await desk.browser.refused('not_found', 'DELETE', url);
});

test('S18: all others are ended, this one goes on', async () => {
  const { desk, phone, owner } = await startWithOtto();
  await desk.browser.expect(204, 'DELETE', '/api/logins');
  await phone.browser.refused('unauthenticated', 'GET', '/api/me');
  await desk.browser.expect(200, 'GET', '/api/me');
  await owner.expect(200, 'GET', '/api/me');
});

test('S18: an owner sees and ends the logins of anybody, and it is in the log', async () => {
  const { owner, desk, phone, log } = await startWithOtto();
  const url = `/api/users/${desk.me.user.id}/logins`;
  const { logins } = await owner.expect<LoginList>(200, 'GET', url);
  expect(logins.map(({ isCurrent }) => isCurrent)).toEqual([false, false]);
  await owner.expect(204, 'DELETE', `/api/logins/${phone.me.loginId}`);
  await phone.browser.refused('unauthenticated', 'GET', '/api/me');
  const line = log.find((text) => text.includes('"login_ended"'));
  expect(line).toContain('olivia');
  expect(line).toContain(phone.me.loginId);
});

test('S18: nobody else does; a login of another person is as unknown as none', async () => {
  const { owner, desk } = await startWithOtto();
  const olivia = await owner.expect<Me>(200, 'GET', '/api/me');
  await desk.browser.refused('not_found', 'DELETE', `/api/logins/${olivia.loginId}`);
  await desk.browser.refused('forbidden', 'GET', `/api/users/${olivia.user.id}/logins`);
  await owner.expect(200, 'GET', '/api/me');
});

test('S18, S7: another password ends the other logins, unless told otherwise', async () => {
  const { desk, phone, browser, log } = await startWithOtto();
  const change = { current: otto.password, next: NEXT };
  await desk.browser.expect(204, 'POST', '/api/password', { ...change, keepsOthers: true });
  await phone.browser.expect(200, 'GET', '/api/me');
  const back = { current: NEXT, next: 'Twelve old kites drift' };
  await desk.browser.expect(204, 'POST', '/api/password', back);
  await phone.browser.refused('unauthenticated', 'GET', '/api/me');
  await desk.browser.expect(200, 'GET', '/api/me');
  const credentials = { name: otto.name, password: otto.password };
  await browser().refused('invalid_credentials', 'POST', '/api/login', credentials);
  await browser().expect(200, 'POST', '/api/login', { ...credentials, password: back.next });
  expect(log.join('')).not.toContain(back.next);
});

test('S22, S23: the present password is asked for and its guesses are slowed; the next one must be good', async () => {
  const { desk, phone } = await startWithOtto();
  const poor = { current: otto.password, next: 'password12345678' };
  await desk.browser.refused('invalid_request', 'POST', '/api/password', poor);
  const wrong = { current: PASSWORD, next: NEXT };
  for (let n = 0; n < ACCOUNT_FAILURES_FREE; n++) {
    await desk.browser.refused('wrong_proof', 'POST', '/api/password', wrong);
  }
  await desk.browser.refused('rate_limited', 'POST', '/api/password', wrong);
  await phone.browser.expect(200, 'GET', '/api/me');
});
