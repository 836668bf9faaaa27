/**
 * Opens an SQLite database as both daemons keep theirs: write-ahead log, full synchronisation,
 * foreign keys, migrations applied in one transaction. Everything is synchronous on purpose: no
 * await can come between the statements of a transaction.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DashboardError } from '@dashboard/protocol/errors';
import BetterSqlite3 from 'better-sqlite3';
import { copyDatabase } from './sqlite-copy.ts';

export type Database = BetterSqlite3.Database;
export type Statement<
  Parameters extends unknown[] = unknown[],
  Row = unknown,
> = BetterSqlite3.Statement<Parameters, Row>;

export interface Migration {
  /** Says what it does: "add logins". Shown when it fails. */
  readonly name: string;
  readonly sql: string;
  /**
   * The release before cannot work with its tables. Left out, it can, and a test holds that: nothing
   * is taken away or asked for that was not there. So two releases serve side by side, and the way
   * back needs no restore.
   */
  readonly isBreaking?: true;
}

export interface DatabaseOptions {
  /** Absolute; its directory is made, private, if missing. */
  readonly path: string;
  /** In order; never changed once released, only added to. user_version counts them. */
  readonly migrations: readonly Migration[];
}

/** How long a statement waits for another process that holds the write lock. */
const BUSY_TIMEOUT_MS = 2_000;

/** @throws Error naming the file and what can be done, when it cannot be opened or migrated */
export function openDatabase({ path, migrations }: DatabaseOptions): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  let database: Database | undefined;
  try {
    database = new BetterSqlite3(path, { timeout: BUSY_TIMEOUT_MS });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    keepBefore(database, { path, migrations });
    migrate(database, migrations);
    return database;
  } catch (cause) {
    database?.close();
    throw new Error(`${path} cannot be used: ${inWords(cause)}`, { cause });
  }
}

/** Where the tables of an earlier release are kept when the next one changes them. */
export function copyBeforeMigration(path: string, schema: number): string {
  return `${path}.schema-${schema}`;
}

/** Runs `work` as one transaction that takes the write lock at its begin, and returns its result. */
export function inTransaction<T>(database: Database, work: () => T): T {
  return database.transaction(work).immediate();
}

/**
 * Runs `work` and names what the disk, or whoever else holds the file, did to it.
 * @throws DashboardError storage_failed; what is no failure of the storage is thrown as it is
 */
export function inStorage<T>(
  { what, path }: { readonly what: string; readonly path: string },
  work: () => T,
): T {
  try {
    return work();
  } catch (cause) {
    const why = isSqlite(cause) ? storageInWords(cause.code) : undefined;
    if (why === undefined) throw cause;
    throw new DashboardError('storage_failed', `cannot ${what}: ${why}`, {
      cause,
      hint: `look at the disk that holds ${path}`,
    });
  }
}

function isSqlite(error: unknown): error is Error & { code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('SQLITE_')
  );
}

/** @returns undefined for what only a bug of ours can cause */
function storageInWords(code: string): string | undefined {
  if (code.startsWith('SQLITE_BUSY')) return 'another process holds the database';
  if (code.startsWith('SQLITE_FULL')) return 'the disk is full';
  if (code.startsWith('SQLITE_READONLY')) return 'the database may only be read';
  if (code.startsWith('SQLITE_IOERR')) return 'the disk reports an error';
  if (code.startsWith('SQLITE_CANTOPEN')) return 'the file cannot be opened';
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') return 'the file is damaged';
  return undefined;
}

/** The way back from a migration that turns out wrong: a verified copy, or no migration. */
function keepBefore(database: Database, { path, migrations }: DatabaseOptions): void {
  const applied = Number(database.pragma('user_version', { simple: true }));
  if (applied === 0 || applied >= migrations.length) return;
  try {
    copyDatabase(database, copyBeforeMigration(path, applied));
  } catch (cause) {
    throw new Error(`no copy could be kept before its tables change: ${inWords(cause)}`, { cause });
  }
}

function migrate(database: Database, migrations: readonly Migration[]): void {
  inTransaction(database, () => {
    const applied = Number(database.pragma('user_version', { simple: true }));
    const oldest = Number(database.pragma('application_id', { simple: true }));
    if (oldest > migrations.length) {
      throw new Error(
        `it was written by a newer release (schema ${applied}, this one knows ${migrations.length}); start that release, or restore a backup`,
      );
    }
    if (applied >= migrations.length) return; // nothing is written: a full disk keeps nobody out
    for (const { name, sql } of migrations.slice(applied)) {
      try {
        database.exec(sql);
      } catch (cause) {
        throw new Error(`migration "${name}" failed`, { cause });
      }
    }
    database.pragma(`user_version = ${migrations.length}`);
    // Where SQLite has room for a number of ours: the oldest schema whose release may open the file.
    const breaking = migrations.findLastIndex(({ isBreaking }) => isBreaking === true) + 1;
    database.pragma(`application_id = ${breaking}`);
  });
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') {
    return `${error.message}; move it aside and restore the newest backup`;
  }
  if (code === 'SQLITE_BUSY') return `${error.message}; another process holds it`;
  if (code === 'SQLITE_FULL') return `${error.message}; make room on the disk`;
  return error.message;
}
