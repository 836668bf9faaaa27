/** Owners rule over people; what a person loses is gone at once. */
import type { User } from '@dashboard/protocol/people';
import { expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';

const otto = { name: 'otto', role: 'operator', password: 'Ninety calm badgers hum' } as const;

async function startWithOtto() {
  const started = await startTestApp();
  const owner = await started.owner();
  const user = await owner.expect<User>(201, 'POST', '/api/users', otto);
  const browser = started.browser();
  const { name, password } = otto;
  await browser.expect(200, 'POST', '/api/login', { name, password });
  const told: unknown[] = [];
  started.auth.logins.onRevoked(({ reason, userId }) => told.push([reason, userId]));
  return { ...started, owner, user, browser, told };
}

test('a person is made, listed and logs in', async () => {
  const { owner, user } = await startWithOtto();
  expect(user).toMatchObject({ name: 'otto', role: 'operator' });
  const { users } = await owner.expect<{ users: User[] }>(200, 'GET', '/api/users');
  expect(users.map(({ name }) => name)).toEqual(['olivia', 'otto']);
  expect(JSON.stringify(users)).not.toContain('argon2');
});

test('a name is taken whatever its case; a poor password is refused', async () => {
  const { owner } = await startWithOtto();
  await owner.refused('name_taken', 'POST', '/api/users', { ...otto, name: 'OTTO' });
  const poor = { ...otto, name: 'anna', password: 'password12345678' };
  await owner.refused('invalid_request', 'POST', '/api/users', poor);
  const short = { ...otto, name: 'anna', password: 'x7$kQ9!m' };
  await owner.refused('invalid_request', 'POST', '/api/users', short);
});

test('another role counts at once, and is told to whoever holds sockets', async () => {
  const { owner, user, browser, told } = await startWithOtto();
  const url = `/api/users/${user.id}`;
  await owner.expect(200, 'PATCH', url, { role: 'operator' });
  expect(told).toEqual([]);
  expect(await owner.expect(200, 'PATCH', url, { role: 'observer' })).toMatchObject({
    role: 'observer',
  });
  expect(told).toEqual([['role_changed', user.id]]);
  const me = await browser.expect<{ user: User }>(200, 'GET', '/api/me');
  expect(me.user.role).toBe('observer');
});

test('a removed person is out at once, and the name is free', async () => {
  const { owner, user, browser, told } = await startWithOtto();
  await owner.expect(204, 'DELETE', `/api/users/${user.id}`);
  expect(told).toEqual([['person_removed', user.id]]);
  await browser.refused('unauthenticated', 'GET', '/api/me');
  await browser.refused('unauthenticated', 'POST', '/api/refresh');
  await owner.refused('not_found', 'DELETE', `/api/users/${user.id}`);
  await owner.expect(201, 'POST', '/api/users', { ...otto, password: PASSWORD });
});

test('the last owner stays', async () => {
  const { owner } = await startWithOtto();
  const me = await owner.expect<{ user: User }>(200, 'GET', '/api/me');
  const url = `/api/users/${me.user.id}`;
  await owner.refused('last_owner', 'DELETE', url);
  await owner.refused('last_owner', 'PATCH', url, { role: 'operator' });
});

test.each(['x', '1', "' OR 1=1 --", '../setup', '00000000-0000-1000-8000-000000000000'])(
  '%j is no id',
  async (id) => {
    const { owner } = await startWithOtto();
    const response = await owner.request('DELETE', `/api/users/${encodeURIComponent(id)}`);
    expect(response.json()).toMatchObject({ code: 'invalid_request' });
  },
);
