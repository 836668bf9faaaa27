/**
 * The records of sessions and their last screens in SQLite. Every method has reached the disk when it
 * returns; what the disk refuses is a storage_failed, and the session it concerns goes on.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import { invariant } from '@dashboard/protocol/invariant';
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { Part } from '@dashboard/runtime/lifecycle';
import { inStorage, inTransaction, openDatabase, type Database } from '@dashboard/runtime/sqlite';
import { SCREEN_BYTES_MAX, SCREENS_BYTES_MAX } from '../limits.ts';
import type { SessionRecords, Snapshot } from '../session/ports.ts';
import { SESSIONS_SCHEMA } from '@dashboard/runtime/sessions-schema';
import { fromScreenRow, fromSessionRow, toScreenRow, toSessionRow } from './rows.ts';
import { prepareStatements, type Statements } from './statements.ts';

export interface SessionStoreOptions {
  /** Absolute; made with its directory if missing. */
  readonly path: string;
  /** Told of each row that could not be read; it stays where it is and is left out. */
  readonly onUnreadable: (id: string, why: string) => void;
  /** Compressed screens that are kept, all together. */
  readonly screensBytesMax?: number;
}

interface Opened {
  readonly database: Database;
  readonly statements: Statements;
}

export class SessionStore implements SessionRecords, Part {
  readonly name = 'store';
  readonly #options: Required<SessionStoreOptions>;
  #opened: Opened | undefined;

  constructor(options: SessionStoreOptions) {
    this.#options = {
      screensBytesMax: SCREENS_BYTES_MAX,
      ...options,
    };
  }

  /** @throws Error naming the file and what can be done, when it cannot be opened or migrated */
  async start(): Promise<void> {
    invariant(this.#opened === undefined, 'the first handle would stay open for ever');
    const database = openDatabase({ path: this.#options.path, migrations: SESSIONS_SCHEMA });
    this.#opened = { database, statements: prepareStatements(database) };
  }

  async stop(): Promise<void> {
    this.#opened?.database.close();
    this.#opened = undefined;
  }

  /** In the order in which they were made. @throws DashboardError storage_failed */
  all(): readonly SessionRecord[] {
    const rows = this.#do('read the sessions', ({ statements }) => statements.all.all());
    return rows.flatMap((row) => {
      const record = fromSessionRow(row);
      if (typeof record !== 'string') return [record];
      this.#options.onUnreadable(idOf(row), `the record ${record}`);
      return [];
    });
  }

  /** @throws DashboardError storage_failed */
  put(record: SessionRecord): void {
    this.#do('keep the session', ({ statements }) => statements.put.run(toSessionRow(record)));
  }

  /** With its screen; no error when there is none. @throws DashboardError storage_failed */
  remove(id: SessionId): void {
    this.#do('remove the session', ({ statements }) => statements.remove.run(id));
  }

  /**
   * The session must have been put. Screens over the limit of all go, those kept first.
   * @throws DashboardError storage_failed; too_large
   */
  putScreen(id: SessionId, snapshot: Snapshot): void {
    if (snapshot.bytes.length > SCREEN_BYTES_MAX) {
      throw new DashboardError('too_large', `a screen has at most ${SCREEN_BYTES_MAX} bytes`);
    }
    this.#do('keep the screen', ({ database, statements }) => {
      const row = toScreenRow(id, snapshot);
      inTransaction(database, () => {
        statements.removeScreen.run(id); // a new row, so that it counts as the newest
        statements.putScreen.run(row);
        statements.forgetScreens.run(this.#options.screensBytesMax);
      });
    });
  }

  /** @throws DashboardError storage_failed */
  screen(id: SessionId): Snapshot | undefined {
    const row = this.#do('read the screen', ({ statements }) => statements.screen.get(id));
    if (row === undefined) return undefined;
    const snapshot = fromScreenRow(row);
    if (typeof snapshot !== 'string') return snapshot;
    this.#options.onUnreadable(id, snapshot);
    return undefined;
  }

  /** For what is kept of a session by others. @throws DashboardError storage_failed */
  within<T>(what: string, work: (database: Database) => T): T {
    return this.#do(what, ({ database }) => work(database));
  }

  #do<T>(what: string, work: (opened: Opened) => T): T {
    invariant(this.#opened !== undefined, 'a record would be lost: the store is not open');
    const opened = this.#opened;
    return inStorage({ what, path: this.#options.path }, () => work(opened));
  }
}

function idOf(row: unknown): string {
  return typeof row === 'object' && row !== null && 'id' in row ? String(row.id) : '?';
}
