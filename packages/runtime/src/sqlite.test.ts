/** Databases open as promised, or say what is wrong and what helps. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, onTestFinished, test } from 'vitest';
import {
  copyBeforeMigration,
  inTransaction,
  openDatabase,
  type Database,
  type Migration,
} from './sqlite.ts';
import { copyDatabase, damageIn } from './sqlite-copy.ts';

const ONE: Migration = { name: 'add notes', sql: 'CREATE TABLE notes (text TEXT NOT NULL) STRICT' };
const TWO: Migration = { name: 'add tags', sql: 'CREATE TABLE tags (name TEXT NOT NULL) STRICT' };

function open(path: string, migrations: readonly Migration[] = [ONE]): Database {
  const database = openDatabase({ path, migrations });
  onTestFinished(() => {
    database.close();
  });
  return database;
}

test('writes are synchronised, and kept in a log beside the file', async () => {
  const database = open(join(await temporaryDirectory(), 'new/deep/notes.db'));
  expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
  expect(database.pragma('synchronous', { simple: true })).toBe(2); // FULL
  expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
});

test('a later release adds its migrations and keeps the rows', async () => {
  const path = join(await temporaryDirectory(), 'notes.db');
  const first = openDatabase({ path, migrations: [ONE] });
  first.prepare('INSERT INTO notes VALUES (?)').run('kept');
  first.close();
  const second = open(path, [ONE, TWO]);
  expect(second.prepare('SELECT text FROM notes').pluck().all()).toEqual(['kept']);
  expect(second.prepare('SELECT count(*) FROM tags').pluck().get()).toBe(0);
});

test('before tables change a verified copy is kept, and only then', async () => {
  const path = join(await temporaryDirectory(), 'notes.db');
  const first = openDatabase({ path, migrations: [ONE] });
  first.prepare('INSERT INTO notes VALUES (?)').run('from before');
  first.close();
  expect(existsSync(copyBeforeMigration(path, 1))).toBe(false);
  open(path, [ONE, TWO]).exec('DELETE FROM notes');
  const copy = copyBeforeMigration(path, 1);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  expect(damageIn(copy)).toEqual([]);
  expect(open(copy).prepare('SELECT text FROM notes').pluck().all()).toEqual(['from before']);
});

test('without room for that copy nothing is migrated', async () => {
  const path = join(await temporaryDirectory(), 'notes.db');
  openDatabase({ path, migrations: [ONE] }).close();
  mkdirSync(join(copyBeforeMigration(path, 1), 'in the way'), { recursive: true });
  expect(() => openDatabase({ path, migrations: [ONE, TWO] })).toThrow(/no copy could be kept/);
  expect(open(path).pragma('user_version', { simple: true })).toBe(1);
});

test('a migration that fails changes nothing and is named', async () => {
  const path = join(await temporaryDirectory(), 'notes.db');
  const broken = { name: 'break it', sql: 'CREATE TABLE half (a TEXT); NOT SQL' };
  expect(() => openDatabase({ path, migrations: [ONE, broken] })).toThrow('break it');
  const tables = open(path).prepare("SELECT name FROM sqlite_schema WHERE type = 'table'");
  expect(tables.pluck().all()).toEqual(['notes']);
});

test('a release goes on with tables that a newer one only added to', async () => {
  const path = join(await temporaryDirectory(), 'notes.db');
  const before = open(path);
  const newer = open(path, [ONE, TWO]);
  before.prepare('INSERT INTO notes VALUES (?)').run('while both serve');
  before.close();
  const back = open(path);
  expect(back.prepare('SELECT text FROM notes').pluck().all()).toEqual(['while both serve']);
  expect(newer.pragma('user_version', { simple: true })).toBe(2);
});

test('what a newer release has changed otherwise is refused in words, also as a copy', async () => {
  const path = join(await temporaryDirectory(), 'notes.db');
  const breaking: Migration = { name: 'drop', sql: 'DROP TABLE notes', isBreaking: true };
  const newer = open(path, [ONE, TWO, breaking]);
  copyDatabase(newer, `${path}.copy`);
  for (const each of [path, `${path}.copy`]) {
    expect(() => openDatabase({ path: each, migrations: [ONE, TWO] })).toThrow('newer release');
  }
});

test('a file that is no database is refused with advice', async () => {
  const path = join(await temporaryDirectory(), 'notes.db');
  writeFileSync(path, 'this is not a database, and long enough to be looked at'.repeat(40));
  expect(() => openDatabase({ path, migrations: [ONE] })).toThrow('restore the newest backup');
});

test('a transaction that throws leaves nothing behind', async () => {
  const database = open(join(await temporaryDirectory(), 'notes.db'));
  const insert = database.prepare('INSERT INTO notes VALUES (?)');
  expect(() =>
    inTransaction(database, () => {
      insert.run('half');
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(database.prepare('SELECT count(*) FROM notes').pluck().get()).toBe(0);
});
