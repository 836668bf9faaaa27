/** The people: names are unique, and somebody always stays who may let others in. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parseUserId } from '@dashboard/protocol/ids';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test } from 'vitest';
import { AuthDatabase } from './auth-database.ts';
import { Users } from './users.ts';

async function setUp() {
  const database = new AuthDatabase(join(await temporaryDirectory(), 'auth.db'));
  await database.start();
  onTestFinished(() => database.stop());
  const users = new Users(database, new ManualClock());
  const olivia = users.addFirstOwner({ name: 'olivia', passwordHash: 'hash' });
  return { users, olivia };
}

test('there is one first owner', async () => {
  const { users } = await setUp();
  const again = () => users.addFirstOwner({ name: 'mallory', passwordHash: 'x' });
  expect(again).toThrow(expect.objectContaining({ code: 'setup_done' }));
  expect(users.list().map(({ name, role }) => [name, role])).toEqual([['olivia', 'owner']]);
});

test('upper and lower case are one name', async () => {
  const { users, olivia } = await setUp();
  expect(users.findByName('OLIVIA')).toEqual({ user: olivia, passwordHash: 'hash' });
  const twin = () => users.add({ name: 'Olivia', role: 'observer', passwordHash: 'x' });
  expect(twin).toThrow(expect.objectContaining({ code: 'name_taken' }));
});

test('the last owner can be neither demoted nor removed; one of two can', async () => {
  const { users, olivia } = await setUp();
  const lastOwner = expect.objectContaining({ code: 'last_owner' });
  expect(() => users.changeRole(olivia.id, 'operator')).toThrow(lastOwner);
  expect(() => users.remove(olivia.id)).toThrow(lastOwner);
  const otto = users.add({ name: 'otto', role: 'owner', passwordHash: 'x' });
  users.changeRole(olivia.id, 'observer');
  expect(() => users.remove(otto.id)).toThrow(lastOwner);
  users.remove(olivia.id);
  expect(users.list()).toEqual([otto]);
});

test('somebody unknown is not found', async () => {
  const { users } = await setUp();
  const notFound = expect.objectContaining({ code: 'not_found' });
  const nobody = parseUserId(randomUUID());
  expect(() => users.get(nobody)).toThrow(notFound);
  expect(() => users.changeRole(nobody, 'owner')).toThrow(notFound);
  expect(() => users.remove(nobody)).toThrow(notFound);
  expect(users.findByName('nobody')).toBeUndefined();
});
