/** S26: a second factor at the login, as a person and as a thief meets it. S22: how long a password must be. */
import type {
  LoginList,
  Me,
  OfferedFactor,
  RecoveryCodes,
  Security,
} from '@dashboard/protocol/people';
import { Secret, TOTP } from 'otpauth';
import { expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';
import { ACCOUNT_FAILURES_FREE, CODE_PERIOD_MS, RECOVERY_CODES } from '../limits.ts';

const name = 'olivia';
const SHORT = 'ottermug';

async function startWithFactor() {
  const started = await startTestApp();
  const owner = await started.owner(name);
  const given = { password: PASSWORD };
  const { secret } = await owner.expect<OfferedFactor>(201, 'POST', '/api/factor', given);
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  const codeAt = (periods = 0) =>
    app.generate({ timestamp: started.clock.nowMs() + periods * CODE_PERIOD_MS });
  const code = { code: codeAt() };
  const { recoveryCodes } = await owner.expect<RecoveryCodes>(
    200,
    'POST',
    '/api/factor/confirm',
    code,
  );
  started.clock.advance(10 * CODE_PERIOD_MS);
  const logIn = async (code?: string, password: string = PASSWORD) => {
    const body = { name, password, ...(code === undefined ? {} : { code }) };
    const response = await started.browser().request('POST', '/api/login', { body });
    return response.statusCode === 200 ? 'in' : response.json<{ code: string }>().code;
  };
  return { ...started, owner, secret, codeAt, recoveryCodes, logIn };
}

test('S26: the password alone is not enough; with the code it is, and no code works twice', async () => {
  const { logIn, codeAt } = await startWithFactor();
  expect(await logIn()).toBe('second_factor_needed');
  const code = codeAt();
  expect(await logIn(code)).toBe('in');
  expect(await logIn(code)).toBe('invalid_credentials');
});

test('S26: of 20 at once with the same code one is let in', async () => {
  const { browser, codeAt } = await startWithFactor();
  const body = { name, password: PASSWORD, code: codeAt() };
  const tries = Array.from({ length: 20 }, (_, n) =>
    browser({ address: `10.0.${n}.1` }).request('POST', '/api/login', { body }),
  );
  const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
});

test('S26: with a code, nobody is told which part was wrong', async () => {
  const { browser, codeAt } = await startWithFactor();
  const tries = [
    { name, password: PASSWORD, code: '000000' },
    { name, password: 'Seven tidy weasels whistle', code: codeAt() },
    { name: 'nobody', password: PASSWORD, code: codeAt() },
  ];
  const told = new Set<string>();
  for (const body of tries) {
    const problem = await browser().refused('invalid_credentials', 'POST', '/api/login', body);
    told.add(JSON.stringify({ ...problem, requestId: '' }));
  }
  expect(told.size).toBe(1);
});

test('S26, S23: who knows the password cannot guess codes any faster for it', async () => {
  const { browser } = await startWithFactor();
  const thief = browser({ address: '198.51.100.7' });
  const credentials = { name, password: PASSWORD };
  for (let n = 0; n < ACCOUNT_FAILURES_FREE; n++) {
    await thief.refused('second_factor_needed', 'POST', '/api/login', credentials);
    const guess = { ...credentials, code: `00000${n}` };
    await thief.refused('invalid_credentials', 'POST', '/api/login', guess);
  }
  const guess = { ...credentials, code: '000009' };
  await thief.refused('rate_limited', 'POST', '/api/login', guess);
});

test('S26: a recovery code lets in once, however it is typed; renewed, those of before are worth nothing', async () => {
  const { logIn, owner, recoveryCodes, auth, log } = await startWithFactor();
  expect(new Set(recoveryCodes).size).toBe(RECOVERY_CODES);
  const [first = '', second = '', third = ''] = recoveryCodes;
  expect(await logIn(first)).toBe('in');
  expect(await logIn(first)).toBe('invalid_credentials');
  expect(await logIn(second.toLowerCase().replaceAll('-', ' '))).toBe('in');
  const security = await owner.expect<Security>(200, 'GET', '/api/security');
  expect(security).toEqual({ hasSecondFactor: true, recoveryCodesLeft: RECOVERY_CODES - 2 });
  await owner.expect(200, 'POST', '/api/factor/codes', { password: PASSWORD });
  expect(await logIn(third)).toBe('invalid_credentials');
  const rows = auth.database.prepare('SELECT hex(hash) AS hash FROM recovery_codes').all();
  expect(JSON.stringify(rows)).not.toContain(third);
  expect(log.join('')).not.toContain(first);
});

test('S26: it counts once it is confirmed, and a cookie alone changes nothing', async () => {
  const { owner: start, browser } = await startTestApp();
  const owner = await start(name);
  await owner.refused('wrong_proof', 'POST', '/api/factor', { password: 'not this one at all' });
  await owner.expect(201, 'POST', '/api/factor', { password: PASSWORD });
  await owner.refused('wrong_proof', 'POST', '/api/factor/confirm', { code: '000000' });
  await browser().expect(200, 'POST', '/api/login', { name, password: PASSWORD });
});

test('S26: turned off with the password, it is asked for no more', async () => {
  const { owner, logIn } = await startWithFactor();
  await owner.refused('conflict', 'POST', '/api/factor', { password: PASSWORD });
  await owner.refused('wrong_proof', 'POST', '/api/factor/off', {
    password: 'not this one at all',
  });
  await owner.expect(204, 'POST', '/api/factor/off', { password: PASSWORD });
  expect(await logIn()).toBe('in');
  expect(await owner.expect(200, 'GET', '/api/security')).toMatchObject({ recoveryCodesLeft: 0 });
});

test('S22: eight characters are enough with a second factor, which then stays', async () => {
  const { owner, logIn, codeAt } = await startWithFactor();
  await owner.expect(204, 'POST', '/api/password', { current: PASSWORD, next: SHORT });
  expect(await logIn(codeAt(), SHORT)).toBe('in');
  const problem = await owner.refused('invalid_request', 'POST', '/api/factor/off', {
    password: SHORT,
  });
  expect(problem.title).toContain('15 characters');
  await owner.expect(204, 'POST', '/api/password', { current: SHORT, next: PASSWORD });
  await owner.expect(204, 'POST', '/api/factor/off', { password: PASSWORD });
  await owner.refused('invalid_request', 'POST', '/api/password', {
    current: PASSWORD,
    next: SHORT,
  });
});

test('S26: an owner takes it from somebody who has lost it; that person is out everywhere', async () => {
  const { owner, browser, codeAt, clock } = await startWithFactor();
  const other = { name: 'otto', role: 'owner', password: 'Ninety calm badgers hum' } as const;
  await owner.expect(204, 'POST', '/api/proof', { password: PASSWORD });
  await owner.expect(201, 'POST', '/api/users', other);
  const otto = browser();
  await otto.expect(200, 'POST', '/api/login', { name: other.name, password: other.password });
  const { user } = await owner.expect<Me>(200, 'GET', '/api/me');
  const url = `/api/users/${user.id}`;
  expect(await otto.expect<LoginList>(200, 'GET', `${url}/logins`)).toMatchObject({
    hasSecondFactor: true,
  });
  await otto.expect(204, 'DELETE', `${url}/factor`);
  await owner.refused('unauthenticated', 'GET', '/api/me');
  clock.advance(CODE_PERIOD_MS);
  const body = { name, password: PASSWORD, code: codeAt() };
  await browser().expect(200, 'POST', '/api/login', body);
});
