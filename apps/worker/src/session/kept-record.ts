/**
 * What is on disk of one session: its record, written at each change, and its last screen. What the
 * disk refuses is kept here until it takes it; the session goes on meanwhile.
 */
import type { SessionRecord } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import { KEEP_AGAIN_AFTER_MS } from './limits.ts';
import type { SessionRecords, Snapshot } from './ports.ts';

export interface KeptRecordDeps {
  readonly records: SessionRecords;
  readonly clock: Clock;
}

export interface KeptRecordEvents {
  changed(): void;
  /** A screen that was refused is on disk now. */
  screenKept(): void;
  failed(what: string, error: unknown): void;
}

export class KeptRecord {
  readonly #deps: KeptRecordDeps;
  readonly #events: KeptRecordEvents;
  #record: SessionRecord;
  #isRefused = false;
  #refusedScreen: Snapshot | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(record: SessionRecord, deps: KeptRecordDeps, events: KeptRecordEvents) {
    this.#record = record;
    this.#deps = deps;
    this.#events = events;
  }

  /** As it is, whether or not the disk has it. */
  get record(): SessionRecord {
    return this.#record;
  }

  change(change: Partial<SessionRecord>): void {
    this.#record = { ...this.#record, ...change };
    this.#isRefused = !this.#try('keep the record', (records) => records.put(this.#record));
    this.#events.changed();
  }

  /** @returns whether it is on disk */
  keepScreen(last: Snapshot): boolean {
    const isKept = this.#try('keep the last screen', (records) =>
      records.putScreen(this.#record.id, last),
    );
    this.#refusedScreen = isKept ? undefined : last;
    return isKept;
  }

  /** For what somebody asks for and is told that it is done. @throws DashboardError storage_failed */
  require(change: Partial<SessionRecord>): void {
    const changed = { ...this.#record, ...change };
    this.#deps.records.put(changed);
    this.#record = changed;
    this.#events.changed();
  }

  dispose(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #try(what: string, work: (records: SessionRecords) => void): boolean {
    const { records, clock } = this.#deps;
    try {
      work(records);
      return true;
    } catch (error) {
      this.#events.failed(what, error);
      this.#cancelRetry ??= clock.after(KEEP_AGAIN_AFTER_MS, () => this.#catchUp());
      return false;
    }
  }

  #catchUp(): void {
    this.#cancelRetry = undefined;
    const screen = this.#refusedScreen;
    if (screen !== undefined && this.keepScreen(screen)) this.#events.screenKept();
    if (this.#isRefused) this.change({});
  }
}
