/**
 * A copy of a database that may be in use, and the proof that it is whole. VACUUM INTO reads one
 * moment of it and keeps no writer waiting; a copy of the file itself would be corrupt now and then.
 */
import { chmodSync, closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';

/** Findings that are named; a file that is damaged everywhere would fill the log. */
const FINDINGS_MAX = 5;
const PRIVATE = 0o600;

/** Replaces what is at `to`. On disk and checked when it returns. @throws Error, and nothing is at `to` */
export function copyDatabase(database: BetterSqlite3.Database, to: string): void {
  rmSync(to, { force: true });
  try {
    database.prepare('VACUUM INTO ?').run(to);
    chmodSync(to, PRIVATE);
    synchronise(to);
    const findings = damageIn(to);
    if (findings.length > 0) throw new Error(`the copy is not whole: ${findings.join('; ')}`);
  } catch (error) {
    rmSync(to, { force: true });
    throw error;
  }
}

/** @returns what is wrong with the file, in SQLite's words; nothing when it is whole */
export function damageIn(path: string): string[] {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
    const rows: unknown = database.prepare('PRAGMA integrity_check').pluck().all();
    const found = [rows].flat().map(String);
    const dangling = database.prepare('PRAGMA foreign_key_check').all().length;
    return [
      ...found.filter((row) => row !== 'ok').slice(0, FINDINGS_MAX),
      ...(dangling > 0 ? [`${dangling} rows point at nothing`] : []),
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  } finally {
    database?.close();
  }
}

function synchronise(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
