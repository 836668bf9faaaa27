/** The tables of the audit trail: records are added, sealed and, when they are old, forgotten from the front. */
import { AUDIT_PAGE_RECORDS } from '@dashboard/protocol/limits';
import type { AuditQuery } from '@dashboard/protocol/audit';
import type { Database } from '@dashboard/runtime/sqlite';
import type { SignedSeal } from './chain.ts';

export interface Row {
  readonly number: number;
  readonly record: string;
  readonly hash: Buffer;
}

const SEAL = `SELECT first_number AS firstNumber, hash_before_first AS hashBeforeFirst,
  last_number AS lastNumber, last_hash AS lastHash, kid, mac FROM audit_seal`;
const KEEP_SEAL = `INSERT OR REPLACE INTO audit_seal
  (id, first_number, hash_before_first, last_number, last_hash, kid, mac)
  VALUES (1, :firstNumber, :hashBeforeFirst, :lastNumber, :lastHash, :kid, :mac)`;
const PAGE = `SELECT number, record, hash FROM audit_records
  WHERE number < :before AND (:event IS NULL OR event = :event)
    AND (:person IS NULL OR person = :person)
    AND (:from IS NULL OR at >= :from) AND (:until IS NULL OR at < :until)
  ORDER BY number DESC LIMIT :limit`;

export class TrailTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  seal(): SignedSeal | undefined {
    return this.#database.prepare<[], SignedSeal>(SEAL).get();
  }

  keepSeal(seal: SignedSeal): void {
    this.#database.prepare<[SignedSeal]>(KEEP_SEAL).run(seal);
  }

  add({ number, record, hash }: Row): void {
    const sql = 'INSERT INTO audit_records (number, record, hash) VALUES (?, ?, ?)';
    this.#database.prepare<[number, string, Buffer]>(sql).run(number, record, hash);
  }

  find(number: number): Row | undefined {
    const sql = 'SELECT number, record, hash FROM audit_records WHERE number = ?';
    return this.#database.prepare<[number], Row>(sql).get(number);
  }

  last(): Row | undefined {
    const sql = 'SELECT number, record, hash FROM audit_records ORDER BY number DESC LIMIT 1';
    return this.#database.prepare<[], Row>(sql).get();
  }

  /** Oldest first. */
  after(number: number, limit: number): Row[] {
    const sql =
      'SELECT number, record, hash FROM audit_records WHERE number > ? ORDER BY number LIMIT ?';
    return this.#database.prepare<[number, number], Row>(sql).all(number, limit);
  }

  /** Newest first; one more than a page where there are more. */
  page({ before, event, person, from, until }: AuditQuery): Row[] {
    return this.#database.prepare<[Record<string, string | number | null>], Row>(PAGE).all({
      ...{ before: Number(before ?? Number.MAX_SAFE_INTEGER), limit: AUDIT_PAGE_RECORDS + 1 },
      ...{ event: event ?? null, person: person ?? null },
      ...{ from: from ?? null, until: until ?? null },
    });
  }

  /** The newest of the oldest `limit` that is older than `at`, or that exceeds `kept` records. */
  newestToForget(limit: number, than: { at: string; lastNumber: number }): Row | undefined {
    const sql = `SELECT number, record, hash FROM
        (SELECT * FROM audit_records ORDER BY number LIMIT ?)
      WHERE at < ? OR number <= ? ORDER BY number DESC LIMIT 1`;
    return this.#database
      .prepare<[number, string, number], Row>(sql)
      .get(limit, than.at, than.lastNumber);
  }

  /** What the seal does not cover any more; the database lets nothing else go. */
  forgetBefore(firstNumber: number): void {
    this.#database.prepare<[number]>('DELETE FROM audit_records WHERE number < ?').run(firstNumber);
  }
}
