/** S27: what can do harm needs a login that has lately shown a password or a passkey. */
import type { LoginId } from '@dashboard/protocol/ids';
import { REST, type Endpoint } from '@dashboard/protocol/rest';
import { expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';
import { PROOF_TTL_MS } from '../limits.ts';

const otto = { name: 'otto', role: 'observer', password: 'Ninety calm badgers hum' } as const;
const id = '11111111-1111-4111-8111-111111111111';
const BODIES: Readonly<Record<string, unknown>> = {
  createUser: otto,
  changeUser: { role: 'observer' },
};

test('S27: a login proves who it is for five minutes, then it is asked, and goes on', async () => {
  const { owner, clock } = await startTestApp();
  const olivia = await owner();
  clock.advance(PROOF_TTL_MS - 1);
  await olivia.expect(201, 'POST', '/api/users', otto);
  clock.advance(1);
  const anna = { ...otto, name: 'anna' };
  await olivia.refused('proof_needed', 'POST', '/api/users', anna);
  await olivia.expect(200, 'GET', '/api/users');
  await olivia.refused('wrong_proof', 'POST', '/api/proof', { password: 'not this one at all' });
  await olivia.refused('proof_needed', 'POST', '/api/users', anna);
  await olivia.expect(204, 'POST', '/api/proof', { password: PASSWORD });
  await olivia.expect(201, 'POST', '/api/users', anna);
});

test('S27: neither a refresh nor another login proves anything for this one', async () => {
  const { owner, clock, browser } = await startTestApp();
  const olivia = await owner();
  clock.advance(PROOF_TTL_MS);
  await olivia.expect(200, 'POST', '/api/refresh');
  await browser().expect(200, 'POST', '/api/login', { name: 'olivia', password: PASSWORD });
  await olivia.refused('proof_needed', 'POST', '/api/users', otto);
});

test('S27: every row of the table that says so asks for it; the role comes first', async () => {
  const { owner, clock, browser } = await startTestApp();
  const olivia = await owner();
  await olivia.expect(201, 'POST', '/api/users', { ...otto, role: 'operator' });
  const operator = browser();
  await operator.expect(200, 'POST', '/api/login', { name: otto.name, password: otto.password });
  clock.advance(PROOF_TTL_MS);
  const rows = Object.entries<Endpoint>(REST).filter(([, row]) => row.needsProof === true);
  expect(rows.map(([name]) => name)).toEqual(
    expect.arrayContaining(['createUser', 'changeUser', 'removeUser', 'removeFactor']),
  );
  for (const [name, { method, path, access }] of rows) {
    const url = path.replace(':id', id);
    await olivia.refused('proof_needed', method, url, BODIES[name]);
    if (access === 'owner') await operator.refused('forbidden', method, url, BODIES[name]);
  }
});

test('S27: an agent that asks nobody is started after a proof only', async () => {
  const { owner, clock } = await startTestApp();
  const olivia = await owner();
  clock.advance(PROOF_TTL_MS);
  const session = { name: 'x', profile: 'claude', directory: '/srv' };
  const unguarded = { ...session, permissionMode: 'bypassPermissions' };
  await olivia.refused('proof_needed', 'POST', '/api/sessions', unguarded);
  await olivia.refused('worker_unavailable', 'POST', '/api/sessions', session);
  await olivia.expect(204, 'POST', '/api/proof', { password: PASSWORD });
  await olivia.refused('worker_unavailable', 'POST', '/api/sessions', unguarded);
});

test('S27: a proof is for the login that gave it, and none lasts longer for a clock set back', async () => {
  const { auth, owner, clock, browser } = await startTestApp();
  const olivia = await owner();
  const elsewhere = browser();
  await elsewhere.expect(200, 'POST', '/api/login', { name: 'olivia', password: PASSWORD });
  clock.advance(PROOF_TTL_MS);
  await olivia.expect(204, 'POST', '/api/proof', { password: PASSWORD });
  await elsewhere.refused('proof_needed', 'POST', '/api/users', otto);
  await olivia.expect(201, 'POST', '/api/users', otto);

  const { loginId } = await olivia.expect<{ loginId: LoginId }>(200, 'GET', '/api/me');
  const sql = 'UPDATE logins SET proven_at_ms = ? WHERE id = ?';
  auth.database.prepare<[number, LoginId]>(sql).run(clock.nowMs() + 1, loginId);
  await olivia.refused('proof_needed', 'POST', '/api/users', { ...otto, name: 'anna' });
});
