/**
 * Judges a database file from elsewhere: whether it is whole, ours, and of a release that is known
 * here. And takes one out of use before another is put in its place.
 */
import { chmodSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { copyDatabase, damageIn } from './sqlite-copy.ts';
import type { Migration } from './sqlite.ts';

export interface Judgement {
  /** How many migrations it has seen. */
  readonly schema: number;
  /** Of each table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** A file that is not used, with the reason in words. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
}

/** @throws DatabaseRefused for one that is damaged, of a newer release, or not made by `migrations` */
export function judgeDatabase(path: string, migrations: readonly Migration[]): Judgement {
  const damage = damageIn(path);
  if (damage.length > 0) throw new DatabaseRefused(`it is damaged: ${damage.join('; ')}`);
  const database = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
  try {
    const schema = Number(database.pragma('user_version', { simple: true }));
    if (schema > migrations.length) {
      const known = `this release knows schema ${migrations.length}`;
      throw new DatabaseRefused(`it was written by a newer release: schema ${schema}, ${known}`);
    }
    if (schema < 1 || tablesOf(database) !== tablesAfter(migrations.slice(0, schema))) {
      throw new DatabaseRefused('its tables are not ours');
    }
    return { schema, rows: rowsIn(database) };
  } finally {
    database.close();
  }
}

/** Copies a database that a daemon may be using. @throws Error, and nothing is at `to` */
export function copyInUse(path: string, to: string): void {
  const database = new BetterSqlite3(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  try {
    copyDatabase(database, to);
  } finally {
    database.close();
  }
}

/** Runs `sql`, a constant of ours, on a file that nobody uses. */
export function changeUnused(path: string, sql: string): void {
  const database = new BetterSqlite3(path, { fileMustExist: true });
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
  chmodSync(path, 0o600);
}

/**
 * Keeps everybody else from opening the database until the returned function is called, and merges
 * its write-ahead log into it. One that is damaged cannot be in use: our daemons do not start with it.
 * @throws DatabaseRefused when another process has it open
 */
export function holdAlone(path: string): () => void {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = new BetterSqlite3(path, { fileMustExist: true, timeout: 0 });
    database.pragma('locking_mode = EXCLUSIVE');
    database.pragma('journal_mode = DELETE'); // refused while another connection is open
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    const held = database;
    return () => void held.close();
  } catch (error) {
    database?.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return () => undefined;
    if (!/^SQLITE_(BUSY|LOCKED)/.test(code)) throw error;
    throw new DatabaseRefused(`${path} is in use: stop the program that has it open`);
  }
}

const BUSY_TIMEOUT_MS = 10_000;

function tablesAfter(migrations: readonly Migration[]): string {
  const database = new BetterSqlite3(':memory:');
  try {
    for (const { sql } of migrations) database.exec(sql);
    return tablesOf(database);
  } finally {
    database.close();
  }
}

/** What SQLite keeps for itself (sqlite_sequence, statistics) comes and goes. */
function tablesOf(database: BetterSqlite3.Database): string {
  const sql = `SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY 1, 2`;
  return JSON.stringify(database.prepare(sql).all());
}

function rowsIn(database: BetterSqlite3.Database): Record<string, number> {
  const names = database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
    )
    .pluck()
    .all()
    .map(String);
  return Object.fromEntries(
    names.map((name) => [
      name,
      // eslint-disable-next-line no-restricted-syntax -- names of our own tables, which have just been compared
      Number(database.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()),
    ]),
  );
}
