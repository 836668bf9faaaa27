/**
 * The SQLite file of people and logins. Holds nothing open before start(). Tables are STRICT and
 * checked by SQLite itself, so that a row has the type that its statement says.
 */
import { GATEWAY_SCHEMA } from '@dashboard/runtime/gateway-schema';
import type { Part } from '@dashboard/runtime/lifecycle';
import {
  inStorage,
  inTransaction,
  openDatabase,
  type Database,
  type Statement,
} from '@dashboard/runtime/sqlite';
import { DashboardError } from '@dashboard/protocol/errors';
import { invariant } from '@dashboard/protocol/invariant';
import { inSpanIfTraced, type Piece } from '../tracing/index.ts';

/** A statement whose failures are told in our words. */
export interface Query<Parameters extends unknown[], Row> {
  get(...parameters: Parameters): Row | undefined;
  all(...parameters: Parameters): Row[];
  run(...parameters: Parameters): { readonly changes: number };
}

const WRITE: Piece = {
  name: 'database write',
  kind: 'asked',
  attributes: { 'db.system.name': 'sqlite' },
};

export class AuthDatabase implements Part {
  readonly name = 'database';
  readonly #path: string;
  readonly #statements = new Map<string, Statement>();
  #database: Database | undefined;
  #isFailing = false;
  #version: number | undefined;

  /** @param path absolute */
  constructor(path: string) {
    this.#path = path;
  }

  /** @throws Error in words, when the file cannot be used */
  async start(): Promise<void> {
    this.#database = openDatabase({ path: this.#path, migrations: GATEWAY_SCHEMA });
  }

  async stop(): Promise<void> {
    this.#statements.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  /**
   * Prepared once. `sql` is a constant of ours: what comes from outside is a parameter. What the
   * query returns throws DashboardError storage_failed.
   */
  prepare<Parameters extends unknown[], Row = unknown>(sql: string): Query<Parameters, Row> {
    const known = this.#statements.get(sql);
    const prepared = known ?? this.#open.prepare(sql);
    if (known === undefined) this.#statements.set(sql, prepared);
    const statement = prepared as Statement<Parameters, Row>;
    return {
      get: (...parameters) => this.#read(() => statement.get(...parameters)),
      all: (...parameters) => this.#readOrWrite(statement, () => statement.all(...parameters)),
      run: (...parameters) => this.#write(() => statement.run(...parameters)),
    };
  }

  /** @throws DashboardError storage_failed, with nothing changed; what `work` throws */
  transaction<T>(work: () => T): T {
    return this.#write(() => inTransaction(this.#open, work));
  }

  /** Whether another process has changed something since this was asked last. */
  hasChangedElsewhere(): boolean {
    const version = this.#read(() => Number(this.#open.pragma('data_version', { simple: true })));
    const isFirst = this.#version === undefined;
    const hasChanged = !isFirst && version !== this.#version;
    this.#version = version;
    return hasChanged;
  }

  /** For the health report. */
  get isOpen(): boolean {
    return this.#database !== undefined;
  }

  /** The last change reached the disk. */
  get takesChanges(): boolean {
    return !this.#isFailing;
  }

  #readOrWrite<T>({ readonly }: Pick<Statement, 'readonly'>, work: () => T): T {
    return readonly ? this.#read(work) : this.#write(work);
  }

  #read<T>(work: () => T): T {
    return inStorage({ what: 'read people and logins', path: this.#path }, work);
  }

  /** A transaction is traced as one. */
  #write<T>(work: () => T): T {
    if (this.#open.inTransaction) return this.#keep(work);
    return inSpanIfTraced(WRITE, () => this.#keep(work));
  }

  #keep<T>(work: () => T): T {
    try {
      const result = inStorage({ what: 'keep people and logins', path: this.#path }, work);
      // In a transaction nothing is on disk before its end.
      if (!this.#open.inTransaction) this.#isFailing = false;
      return result;
    } catch (error) {
      this.#isFailing ||= error instanceof DashboardError && error.code === 'storage_failed';
      throw error;
    }
  }

  get #open(): Database {
    invariant(this.#database !== undefined, 'nobody is served before the database is open');
    return this.#database;
  }
}
