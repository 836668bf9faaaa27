/** S14, S17: a login lives while its row says so; a refresh token works once. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseLoginId } from '@dashboard/protocol/ids';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  LOGIN_TTL_MS,
  LOGINS_PER_USER_MAX,
  REFRESH_GRACE_MS,
  SPENT_TOKENS_PER_LOGIN_MAX,
} from '../limits.ts';
import { AuthDatabase } from './auth-database.ts';
import { Logins } from './logins.ts';
import type { Revocation } from './revocations.ts';
import { Users } from './users.ts';

async function setUp() {
  const path = join(await temporaryDirectory(), 'auth.db');
  const database = new AuthDatabase(path);
  await database.start();
  onTestFinished(() => database.stop());
  const clock = new ManualClock();
  const users = new Users(database, clock);
  const logins = new Logins(database, clock);
  const told: Revocation[] = [];
  logins.onRevoked((revocation) => told.push(revocation));
  const user = users.addFirstOwner({ name: 'olivia', passwordHash: 'x' });
  return { path, database, clock, users, logins, told, user };
}

describe('a login', () => {
  test('is who it is at this moment: the role comes from the person', async () => {
    const { logins, users, user } = await setUp();
    users.add({ name: 'otto', role: 'owner', passwordHash: 'x' });
    const { viewer } = logins.open(user.id);
    users.changeRole(user.id, 'observer');
    expect(logins.find(viewer.loginId)).toEqual({ ...viewer, role: 'observer' });
  });

  test('that never was is nobody', async () => {
    const { logins } = await setUp();
    expect(logins.find(parseLoginId(randomUUID()))).toBeNull();
  });

  test('is over when revoked, and says so once', async () => {
    const { logins, told, user } = await setUp();
    const { viewer, refreshToken } = logins.open(user.id);
    logins.revoke(viewer.loginId, 'logged_out');
    logins.revoke(viewer.loginId, 'logged_out');
    expect(logins.find(viewer.loginId)).toBeNull();
    expect(() => logins.refresh(refreshToken)).toThrow('This login is over.');
    expect(told).toEqual([
      {
        loginId: viewer.loginId,
        userId: user.id,
        reason: 'logged_out',
        code: 'unauthenticated',
      },
    ]);
  });

  test('runs out when nobody refreshes it, not a millisecond before', async () => {
    const { logins, clock, told, user } = await setUp();
    const { viewer } = logins.open(user.id);
    clock.advance(LOGIN_TTL_MS - 1);
    expect(logins.find(viewer.loginId)).not.toBeNull();
    clock.advance(1);
    expect(logins.find(viewer.loginId)).toBeNull();
    logins.sweep();
    expect(told).toMatchObject([{ loginId: viewer.loginId, reason: 'expired' }]);
  });

  test('lives on with each refresh', async () => {
    const { logins, clock, user } = await setUp();
    let { refreshToken, viewer } = logins.open(user.id);
    for (let month = 0; month < 12; month++) {
      clock.advance(LOGIN_TTL_MS - 1);
      ({ refreshToken, viewer } = logins.refresh(refreshToken));
    }
    expect(logins.find(viewer.loginId)).not.toBeNull();
  });

  test('is seen by a second gateway, and its end as well', async () => {
    const { path, clock, logins, user } = await setUp();
    const other = new AuthDatabase(path);
    await other.start();
    onTestFinished(() => other.stop());
    const there = new Logins(other, clock);
    const { viewer } = logins.open(user.id);
    expect(there.find(viewer.loginId)).toEqual(viewer);
    logins.revoke(viewer.loginId, 'logged_out');
    expect(there.find(viewer.loginId)).toBeNull();
  });

  test('too many end the one that was used longest ago', async () => {
    const { logins, clock, told, user } = await setUp();
    const first = logins.open(user.id);
    clock.advance(1);
    for (let n = 1; n < LOGINS_PER_USER_MAX; n++) logins.open(user.id);
    expect(told).toEqual([]);
    clock.advance(1);
    logins.open(user.id);
    expect(told).toMatchObject([{ loginId: first.viewer.loginId, reason: 'displaced' }]);
  });

  test('of a person who is removed meanwhile is not opened', async () => {
    const { logins, users } = await setUp();
    const otto = users.add({ name: 'otto', role: 'operator', passwordHash: 'x' });
    users.remove(otto.id);
    expect(() => logins.open(otto.id)).toThrow('This person was removed.');
  });
});

describe('a change of a person', () => {
  test('tells each of their logins, after it is on disk', async () => {
    const { logins, users } = await setUp();
    const otto = users.add({ name: 'otto', role: 'operator', passwordHash: 'x' });
    const mine = [logins.open(otto.id), logins.open(otto.id)].map(({ viewer }) => viewer.loginId);
    const roles: unknown[] = [];
    logins.onRevoked(({ loginId, code }) => roles.push([code, logins.find(loginId)?.role]));
    logins.changePerson(otto.id, 'role_changed', () => users.changeRole(otto.id, 'observer'));
    expect(roles).toEqual(mine.map(() => ['forbidden', 'observer']));
  });

  test('a removal ends them', async () => {
    const { logins, users, told } = await setUp();
    const otto = users.add({ name: 'otto', role: 'operator', passwordHash: 'x' });
    const { viewer, refreshToken } = logins.open(otto.id);
    logins.changePerson(otto.id, 'person_removed', () => users.remove(otto.id));
    expect(told).toMatchObject([{ loginId: viewer.loginId, code: 'unauthenticated' }]);
    expect(logins.find(viewer.loginId)).toBeNull();
    expect(() => logins.refresh(refreshToken)).toThrow();
  });

  test('that fails tells nobody', async () => {
    const { logins, users, told, user } = await setUp();
    logins.open(user.id);
    const demote = () => users.changeRole(user.id, 'observer');
    expect(() => logins.changePerson(user.id, 'role_changed', demote)).toThrow('last owner');
    expect(told).toEqual([]);
  });
});

describe('a refresh token', () => {
  test('leads to the next and is worth nothing afterwards', async () => {
    const { logins, clock, told, user } = await setUp();
    const { refreshToken: first, viewer } = logins.open(user.id);
    const { refreshToken: second } = logins.refresh(first);
    expect(second).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(second).not.toBe(first);
    clock.advance(REFRESH_GRACE_MS);
    // Somebody has a copy, and nobody can tell who: the login ends for both.
    expect(() => logins.refresh(first)).toThrow('This login is over.');
    expect(told).toMatchObject([{ loginId: viewer.loginId, reason: 'token_reused' }]);
    expect(() => logins.refresh(second)).toThrow('This login is over.');
  });

  test('of two tabs at the same moment gives both the same next one', async () => {
    const { logins, clock, told, user } = await setUp();
    const { refreshToken: first } = logins.open(user.id);
    const { refreshToken: second } = logins.refresh(first);
    clock.advance(REFRESH_GRACE_MS - 1);
    expect(logins.refresh(first).refreshToken).toBe(second);
    clock.advance(REFRESH_GRACE_MS);
    expect(() => logins.refresh(second)).not.toThrow();
    expect(told).toEqual([]);
  });

  test('that was overtaken twice within the grace leads to the newest', async () => {
    const { logins, user } = await setUp();
    const { refreshToken: first } = logins.open(user.id);
    const { refreshToken: second } = logins.refresh(first);
    const { refreshToken: third } = logins.refresh(second);
    expect(logins.refresh(first).refreshToken).toBe(third);
  });

  test('is not kept longer in the grace by a clock that is set back', async () => {
    const { logins, clock, user } = await setUp();
    const { refreshToken: first } = logins.open(user.id);
    logins.refresh(first);
    clock.jumpWallTime(-3_600_000);
    expect(() => logins.refresh(first)).toThrow('This login is over.');
  });

  test('that is unknown ends nothing', async () => {
    const { logins, told, user } = await setUp();
    const { viewer } = logins.open(user.id);
    expect(() => logins.refresh('A'.repeat(43))).toThrow('This login is over.');
    expect(told).toEqual([]);
    expect(logins.find(viewer.loginId)).not.toBeNull();
  });

  test('is nowhere in the file', async () => {
    const { logins, database, user } = await setUp();
    const { refreshToken } = logins.open(user.id);
    const next = logins.refresh(refreshToken).refreshToken;
    const rows = database.prepare<[]>('SELECT * FROM refresh_tokens').all();
    const stored = JSON.stringify(rows, (_key, value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('base64url') : value,
    );
    expect(rows).toHaveLength(2);
    for (const token of [refreshToken, next]) expect(stored).not.toContain(token);
  });

  test('used ones are remembered up to a bound', async () => {
    const { logins, database, clock, user } = await setUp();
    let { refreshToken } = logins.open(user.id);
    for (let n = 0; n < SPENT_TOKENS_PER_LOGIN_MAX + 20; n++) {
      clock.advance(1);
      ({ refreshToken } = logins.refresh(refreshToken));
    }
    const rows = database.prepare<[]>('SELECT * FROM refresh_tokens').all();
    expect(rows).toHaveLength(SPENT_TOKENS_PER_LOGIN_MAX + 1);
    expect(() => logins.refresh(refreshToken)).not.toThrow();
  });
});
