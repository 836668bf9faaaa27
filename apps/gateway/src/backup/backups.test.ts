/** A backup is whole or is not there; what happened is left for health; old ones go by the calendar. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readBackupRecord } from '@dashboard/runtime/backup-record';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { addUser, setUpBackups, useGateway } from '../../test/backup-fixture.ts';
import { verifyBackup } from './verify.ts';

const HOUR_MS = 3_600_000;

test('a backup of databases in use holds what was acknowledged before it, privately', async () => {
  const { backups, databases, clock } = await setUpBackups();
  const gateway = useGateway(databases.gateway);
  for (let n = 0; n < 50; n++) addUser(gateway, `person${n}`);
  const { made, record } = await backups.make();
  expect(made.manifest.databases.map(({ name, schema, rows }) => [name, schema, rows])).toEqual([
    ['gateway', expect.any(Number), expect.objectContaining({ users: 51, logins: 1 })],
    ['sessions', expect.any(Number), expect.objectContaining({ sessions: 0, screens: 0 })],
  ]);
  const files = (await readdir(made.directory)).toSorted();
  expect(files).toEqual(['gateway.db.gz', 'manifest.json', 'sessions.db.gz']);
  for (const file of files) expect(statSync(join(made.directory, file)).mode & 0o077).toBe(0);
  expect(statSync(made.directory).mode & 0o077).toBe(0);
  expect(await readBackupRecord(backups.directory)).toEqual(record);
  expect(record).toMatchObject({ isOk: true, succeededAtMs: clock.nowMs(), name: made.name });
});

test('one that cannot be made leaves nothing but word of it, and the last one stays the newest', async () => {
  const { backups, databases, clock } = await setUpBackups();
  const { made } = await backups.make();
  clock.advance(HOUR_MS);
  writeFileSync(databases.sessions, 'no database at all, but long enough to be taken for one');
  await expect(backups.make()).rejects.toThrow(databases.sessions);
  expect(await readBackupRecord(backups.directory)).toMatchObject({
    ...{ isOk: false, triedAtMs: clock.nowMs(), name: made.name },
    ...{ succeededAtMs: made.manifest.takenAtMs, error: expect.stringContaining('sessions.db') },
  });
  expect((await readdir(backups.directory)).toSorted()).toEqual([made.name, 'last.json']);
});

test('a database that is not there is not made by asking for its backup', async () => {
  const { backups, databases } = await setUpBackups();
  await rm(databases.gateway);
  await expect(backups.make()).rejects.toThrow(databases.gateway);
  expect(existsSync(databases.gateway)).toBe(false);
});

test('what somebody may read who holds the key, nobody else can', async () => {
  const { with: made } = await setUpBackups();
  const [identity, other] = [await generateX25519Identity(), await generateX25519Identity()];
  const backups = made({ recipients: [await identityToRecipient(identity)] });
  const { made: sealed } = await backups.make();
  const file = readFileSync(join(sealed.directory, 'gateway.db.gz.age'));
  expect(file.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  const where = { directory: sealed.directory, scratch: backups.directory };
  expect((await verifyBackup({ ...where, identity })).unread).toEqual([]);
  expect((await verifyBackup({ ...where, identity: undefined })).unread).toHaveLength(2);
  await expect(verifyBackup({ ...where, identity: other })).rejects.toThrow('cannot be unpacked');
  expect((await readdir(backups.directory)).toSorted()).toEqual([sealed.name, 'last.json']);
});

test('old ones go, what is none of ours stays', async () => {
  const { with: made, clock } = await setUpBackups();
  const backups = made({ retention: { hourly: 2, daily: 0, weekly: 0 } });
  await mkdir(join(backups.directory, 'photographs'), { recursive: true });
  const names: string[] = [];
  for (let n = 0; n < 4; n++) {
    names.push((await backups.make()).made.name);
    clock.advance(HOUR_MS);
  }
  const there = (await backups.all()).map(({ name }) => name);
  expect(there).toEqual(names.slice(-2));
  expect(existsSync(join(backups.directory, 'photographs'))).toBe(true);
});

test('what a try left that was killed goes after a day', async () => {
  const { backups } = await setUpBackups();
  const left = join(backups.directory, '.unfinished-2020-01-01T00-00-00-000Z');
  await mkdir(left, { recursive: true });
  await backups.make();
  expect(existsSync(left)).toBe(false); // the clock of the test is years ahead of the file's
});
