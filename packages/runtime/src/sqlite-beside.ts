/** A second connection to a database that a daemon has open: to add to it without waiting, or to read one moment. */
import BetterSqlite3 from 'better-sqlite3';
import type { Database } from './sqlite.ts';

/**
 * Waits for nobody: what another process keeps locked is refused at once, to be tried again. A commit
 * is not synchronised to the disk by itself, so that it takes microseconds; where the machine dies
 * the newest may be missing, in order, and nothing is torn.
 */
export function openToAppend(path: string): Database {
  const database = new BetterSqlite3(path, { fileMustExist: true, timeout: 0 });
  database.pragma('synchronous = NORMAL');
  return database;
}

/** The database as it is now, however long it is read and whatever others write meanwhile. */
export function openMoment(path: string): Database {
  const database = new BetterSqlite3(path, { readonly: true, fileMustExist: true });
  database.exec('BEGIN');
  return database;
}
