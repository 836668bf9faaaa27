/** A session's record and last screen, here and on disk. What the disk refuses stops no session. */
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { SessionRecords, Snapshot } from './ports.ts';

export class KeptRecord {
  readonly #records: SessionRecords;
  readonly #onFailure: (what: string, error: unknown) => void;
  #record: SessionRecord;

  constructor(
    record: SessionRecord,
    records: SessionRecords,
    onFailure: (what: string, error: unknown) => void,
  ) {
    this.#record = record;
    this.#records = records;
    this.#onFailure = onFailure;
  }

  get record(): SessionRecord {
    return this.#record;
  }

  change(change: Partial<SessionRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#try('keep the record', () => this.#records.put(this.#record));
  }

  /** @returns whether it is on disk */
  keepScreen(last: Snapshot): boolean {
    return this.#try('keep the last screen', () => this.#records.putScreen(this.#record.id, last));
  }

  #try(what: string, keep: () => void): boolean {
    try {
      keep();
      return true;
    } catch (error) {
      this.#onFailure(what, error);
      return false;
    }
  }
}
