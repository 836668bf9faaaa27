/**
 * The book of usage in SQLite: hours of each conversation and model, the messages that were counted,
 * how far each transcript was read. Its tables are in the file of the sessions, so that one copy is
 * a copy of all; whoever opens that file is handed in.
 */
import type { SessionId } from '@dashboard/protocol/ids';
import { SessionRecord } from '@dashboard/protocol/sessions';
import type { AccountLimit } from '@dashboard/protocol/usage';
import { inTransaction, type Database } from '@dashboard/runtime/sqlite';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type {
  AccountRow,
  Changes,
  HourRow,
  KnownMessage,
  LastFacts,
  UsageRecords,
  WaitRow,
} from '../usage/index.ts';
import {
  accountColumns,
  factsColumns,
  hourColumns,
  limitColumns,
  messageColumns,
  readAccount,
  readFacts,
  readHour,
  readLimit,
  readMessage,
  readWait,
  waitColumns,
} from './usage-rows.ts';
import { prepareUsageStatements, type UsageStatements } from './usage-statements.ts';

const NameRow = Type.Object({ name: SessionRecord.properties.name });

/** An open database. */
export interface Storage {
  /** @param what in words, for an error @throws DashboardError storage_failed */
  within<T>(what: string, work: (database: Database) => T): T;
}

const OffsetRow = Type.Object({ offset: Type.Integer({ minimum: 0 }) });

export class UsageStore implements UsageRecords {
  readonly #storage: Storage;
  #prepared: { readonly of: Database; readonly statements: UsageStatements } | undefined;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  write(changes: Changes): void {
    this.#do('keep what was used', (statements, database) => {
      inTransaction(database, () => {
        for (const row of changes.hours) statements.addHour.run(hourColumns(row));
        for (const row of changes.waits) statements.addWait.run(waitColumns(row));
        for (const row of changes.messages) statements.putMessage.run(messageColumns(row));
        for (const row of changes.accounts) statements.putAccount.run(accountColumns(row));
        for (const row of changes.offsets) statements.putOffset.run({ ...row });
        for (const row of changes.facts) statements.putFacts.run(factsColumns(row));
        for (const row of changes.limits) statements.putLimit.run(limitColumns(row));
      });
    });
  }

  message(key: string): KnownMessage | undefined {
    return this.#read((statements) => readMessage(statements.message.get(key)));
  }

  account(conversation: string): AccountRow | undefined {
    return this.#read((statements) => readAccount(statements.account.get(conversation)));
  }

  openOf(session: SessionId): readonly AccountRow[] {
    return this.#read((statements) =>
      statements.open.all(session).flatMap((row) => readAccount(row) ?? []),
    );
  }

  offset(path: string): number {
    const row = this.#read((statements) => statements.offset.get(path));
    return Value.Check(OffsetRow, row) ? row.offset : 0;
  }

  facts(session: SessionId): LastFacts | undefined {
    return this.#read((statements) => readFacts(statements.facts.get(session)));
  }

  limits(): readonly AccountLimit[] {
    return this.#read((statements) => statements.limits.all().flatMap(readLimit));
  }

  nameOf(session: SessionId): string | undefined {
    const row = this.#read((statements) => statements.name.get(session));
    return Value.Check(NameRow, row) ? row.name : undefined;
  }

  hoursOf(conversation: string): readonly HourRow[] {
    return this.#read((statements) => statements.hoursOf.all(conversation).flatMap(readHour));
  }

  hours(fromMs: number, toMs: number): readonly HourRow[] {
    return this.#read((statements) => statements.hours.all(fromMs, toMs).flatMap(readHour));
  }

  waits(fromMs: number, toMs: number): readonly WaitRow[] {
    return this.#read((statements) => statements.waits.all(fromMs, toMs).flatMap(readWait));
  }

  tidy(before: Parameters<UsageRecords['tidy']>[0]): void {
    this.#do('fold what was used long ago', (statements, database) => {
      inTransaction(database, () => {
        for (const statement of statements.tidy) statement.run(before);
      });
    });
  }

  #read<T>(work: (statements: UsageStatements) => T): T {
    return this.#do('read what was used', work);
  }

  #do<T>(what: string, work: (statements: UsageStatements, database: Database) => T): T {
    return this.#storage.within(what, (database) => {
      if (this.#prepared?.of !== database) {
        this.#prepared = { of: database, statements: prepareUsageStatements(database) };
      }
      return work(this.#prepared.statements, database);
    });
  }
}
