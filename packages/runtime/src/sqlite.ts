/**
 * Opens an SQLite database as both daemons keep theirs: write-ahead log, full synchronisation,
 * foreign keys, migrations applied in one transaction. Everything is synchronous on purpose: no
 * await can come between the statements of a transaction.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';

export type Database = BetterSqlite3.Database;
export type Statement<
  Parameters extends unknown[] = unknown[],
  Row = unknown,
> = BetterSqlite3.Statement<Parameters, Row>;

export interface Migration {
  /** Says what it does: "add logins". Shown when it fails. */
  readonly name: string;
  readonly sql: string;
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
    migrate(database, migrations);
    return database;
  } catch (cause) {
    database?.close();
    throw new Error(`${path} cannot be used: ${inWords(cause)}`, { cause });
  }
}

/** Runs `work` as one transaction that takes the write lock at its begin, and returns its result. */
export function inTransaction<T>(database: Database, work: () => T): T {
  return database.transaction(work).immediate();
}

function migrate(database: Database, migrations: readonly Migration[]): void {
  inTransaction(database, () => {
    const applied = Number(database.pragma('user_version', { simple: true }));
    if (applied > migrations.length) {
      throw new Error(
        `it was written by a newer release (schema ${applied}, this one knows ${migrations.length}); start that release, or restore a backup`,
      );
    }
    for (const { name, sql } of migrations.slice(applied)) {
      try {
        database.exec(sql);
      } catch (cause) {
        throw new Error(`migration "${name}" failed`, { cause });
      }
    }
    database.pragma(`user_version = ${migrations.length}`);
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
