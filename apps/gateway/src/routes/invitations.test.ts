/** S25: nobody comes in uninvited: a link with a role, once, for 72 hours, and it can be taken back. */
import type { CreatedInvitation } from '@dashboard/protocol/invitations';
import type { Me } from '@dashboard/protocol/people';
import { expect, test } from 'vitest';
import { startTestApp } from '../../test/test-app.ts';
import { INVITATION_TTL_MS, INVITATIONS_MAX, PROOF_TTL_MS } from '../limits.ts';

const otto = { name: 'otto', password: 'Ninety calm badgers hum' };

async function startWithInvitation() {
  const started = await startTestApp();
  const owner = await started.owner();
  const role = { role: 'operator' };
  const created = await owner.expect<CreatedInvitation>(201, 'POST', '/api/invitations', role);
  return { ...started, owner, ...created };
}

test('S25: whoever holds the token chooses name and password, has the role and is logged in; once', async () => {
  const { owner, browser, token, log } = await startWithInvitation();
  const guest = browser();
  const me = await guest.expect<Me>(201, 'POST', '/api/join', { ...otto, token });
  expect(me.user).toMatchObject({ name: 'otto', role: 'operator' });
  await guest.expect(200, 'GET', '/api/me');
  const again = { ...otto, name: 'anna', token };
  await browser().refused('invalid_invitation', 'POST', '/api/join', again);
  expect(await owner.expect(200, 'GET', '/api/invitations')).toEqual({ invitations: [] });
  expect(log.join('')).toContain('invitation_accepted');
  expect(log.join('')).not.toContain(token);
});

test('S25: of ten at once with the same token one comes in', async () => {
  const { browser, token, auth } = await startWithInvitation();
  const tries = Array.from({ length: 10 }, (_, n) =>
    browser().request('POST', '/api/join', { body: { ...otto, name: `otto${n}`, token } }),
  );
  const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(auth.users.count).toBe(2);
});

test('S25: a name that is taken or a poor password leaves it open', async () => {
  const { browser, token } = await startWithInvitation();
  await browser().refused('name_taken', 'POST', '/api/join', { ...otto, name: 'OLIVIA', token });
  const poor = { ...otto, password: 'password12345678', token };
  await browser().refused('invalid_request', 'POST', '/api/join', poor);
  await browser().expect(201, 'POST', '/api/join', { ...otto, token });
});

test('S25: it runs out, it is taken back, and its token is in no file', async () => {
  const { owner, browser, clock, token, invitation, auth } = await startWithInvitation();
  const rows = auth.database.prepare('SELECT hex(hash) AS hash, id FROM invitations').all();
  expect(JSON.stringify(rows)).not.toContain(token);
  await owner.expect(204, 'DELETE', `/api/invitations/${invitation.id}`);
  await browser().refused('invalid_invitation', 'POST', '/api/join', { ...otto, token });
  const late = auth.invitations.create('observer').token;
  clock.jumpWallTime(INVITATION_TTL_MS); // three days of ticks would take half a minute
  await browser().refused('invalid_invitation', 'POST', '/api/join', { ...otto, token: late });
});

test('S25, S27: only owners invite, after a proof, and so many at once', async () => {
  const { browser, token, auth, owner, clock } = await startWithInvitation();
  const guest = browser();
  await guest.expect(201, 'POST', '/api/join', { ...otto, token });
  await guest.refused('forbidden', 'POST', '/api/invitations', { role: 'owner' });
  await guest.refused('forbidden', 'GET', '/api/invitations');
  for (let n = 0; n < INVITATIONS_MAX; n++) auth.invitations.create('observer');
  await owner.refused('conflict', 'POST', '/api/invitations', { role: 'observer' });
  clock.advance(PROOF_TTL_MS);
  await owner.refused('proof_needed', 'POST', '/api/invitations', { role: 'observer' });
});

test('S39: the database can tell an invitation, and not the token that accepts it', async () => {
  const { auth } = await startTestApp();
  const { token } = auth.invitations.create('observer');
  const kept = auth.database.prepare<[], { hash: Buffer }>('SELECT hash FROM invitations').all();
  expect(kept.map(({ hash }) => hash.length)).toEqual([32]);
  expect(kept.some(({ hash }) => hash.equals(Buffer.from(token, 'base64url')))).toBe(false);
});
