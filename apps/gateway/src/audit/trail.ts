/**
 * The audit trail: takes what was done and writes it a moment later, many at a time, over a connection
 * of its own that waits for nobody, so that no key waits for a disk. Whoever appends looks first
 * whether the chain still ends where its seal says: a chain that was tampered with is gone on with,
 * and says so from then on.
 */
import type { AuditFlaw } from '@dashboard/protocol/audit';
import { invariant } from '@dashboard/protocol/invariant';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { inStorage, inTransaction, type Database } from '@dashboard/runtime/sqlite';
import { openToAppend } from '@dashboard/runtime/sqlite-beside';
import { isStorageFailure, type Keyring } from '../auth/index.ts';
import type { AuditEvent } from './acts.ts';
import { flawOf, hashOf, NO_HASH, sign, textOf, type Seal } from './chain.ts';
import {
  BATCH_RECORDS,
  FLUSH_AFTER_MS,
  FORGET_EVERY_MS,
  FORGET_RECORDS,
  KEPT_MS,
  KEPT_RECORDS_MAX,
  RETRY_AFTER_MS,
  TELL_HEAD_EVERY_MS,
  WAITING_RECORDS_MAX,
} from './limits.ts';
import { TrailTable } from './trail-table.ts';

/** What nobody asked for in a request: of the trail itself, of the gateway, of strangers. */
export type TrailEvent =
  | 'trail_begun'
  | 'chain_found_broken'
  | 'records_lost'
  | 'records_forgotten'
  | 'keys_replaced'
  | 'gateway_started'
  | 'login_revoked'
  | 'requests_refused';
export type RecordFields = Readonly<Record<string, unknown>> & {
  readonly event: AuditEvent | TrailEvent;
};
type Waiting = RecordFields & { readonly at: string };

export interface TrailOptions {
  /** Of a database that somebody else has opened, with our tables in it. */
  readonly path: string;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Of the last record that was written here: whoever takes it away while we run is found at the next. */
interface Head {
  readonly number: number;
  readonly hash: Buffer;
}

export class AuditTrail implements Part {
  readonly name = 'audit trail';
  readonly #options: TrailOptions;
  #waiting: Waiting[] = [];
  #lost = 0;
  #database: Database | undefined;
  #head: Head | undefined;
  #toldHead: Head | undefined;
  #isFailing = false;
  #cancelFlush: (() => void) | undefined;
  #endings: (() => void)[] = [];

  constructor(options: TrailOptions) {
    this.#options = options;
  }

  /** Of the database, for whoever reads or verifies. */
  get path(): string {
    return this.#options.path;
  }

  get keyring(): Keyring {
    return this.#options.keyring;
  }

  /** Returns at once; `fields` hold no secret and nothing that somebody typed. */
  add(fields: RecordFields): void {
    if (this.#waiting.length >= WAITING_RECORDS_MAX) this.#lost++;
    else this.#waiting.push({ ...fields, at: this.#now() });
    this.#flushIn(FLUSH_AFTER_MS);
  }

  async start(): Promise<void> {
    const { clock, keyring } = this.#options;
    this.#database = openToAppend(this.path);
    this.add({ event: 'gateway_started', signs: keyring.newest('audit').kid });
    this.flush();
    this.#endings = [
      keyring.onReplaced(() => {
        this.add({
          event: 'keys_replaced',
          signs: keyring.newest('audit').kid,
          kids: keyring.kids,
        });
        // While the key that the seal was made with is known.
        this.flush();
      }),
      clock.every(FORGET_EVERY_MS, () => this.forget()),
      clock.every(TELL_HEAD_EVERY_MS, () => this.#tellHead()),
    ];
  }

  async stop(): Promise<void> {
    this.#cancelFlush?.();
    for (const end of this.#endings) end();
    this.flush();
    this.#tellHead();
    this.#database?.close();
    this.#database = undefined;
  }

  /** Writes all that waits, as far as the database takes it. */
  flush(): void {
    while (this.#waiting.length > 0 && this.#writeSome());
  }

  /** What is too old, or too much. The chain goes on to be proven from what stays. */
  forget(): void {
    this.flush();
    while (this.#attempt(() => this.#forgetSome()) === true);
  }

  #flushIn(delayMs: number): void {
    this.#cancelFlush ??= this.#options.clock.after(delayMs, () => {
      this.#cancelFlush = undefined;
      if (this.#waiting.length === 0) return;
      const isWritten = this.#writeSome();
      if (this.#waiting.length > 0) this.#flushIn(isWritten ? 0 : RETRY_AFTER_MS);
    });
  }

  /** @returns whether it could */
  #writeSome(): boolean {
    const some = this.#waiting.slice(0, BATCH_RECORDS);
    const lost: Waiting[] =
      this.#lost === 0 ? [] : [{ event: 'records_lost', count: this.#lost, at: this.#now() }];
    const head = this.#attempt(() => this.#append([...lost, ...some]));
    if (head === undefined) return false;
    this.#head = head;
    this.#lost = 0;
    this.#waiting = this.#waiting.slice(some.length);
    return true;
  }

  /** @returns undefined while the database takes nothing, which is said once */
  #attempt<T>(work: () => T): T | undefined {
    const { logger } = this.#options;
    try {
      const what = { what: 'keep the audit trail', path: this.path };
      const result = inStorage(what, () => inTransaction(this.#open, work));
      if (this.#isFailing) logger.info('the audit trail is written again');
      this.#isFailing = false;
      return result;
    } catch (err) {
      if (!isStorageFailure(err)) throw err;
      if (!this.#isFailing) logger.warn({ err }, 'the audit trail is not written; it waits');
      this.#isFailing = true;
      return undefined;
    }
  }

  /** In a transaction. */
  #append(fields: readonly Waiting[]): Head {
    const table = new TrailTable(this.#open);
    const { seal, flaw } = this.#lookAtEnd(table);
    const begun = table.last() === undefined && flaw === undefined;
    const at = this.#now();
    const notes: Waiting[] = [
      ...(begun ? [{ event: 'trail_begun', at } as const] : []),
      ...(flaw === undefined ? [] : [{ event: 'chain_found_broken', flaw, at } as const]),
    ];
    let { lastNumber, lastHash } = seal;
    for (const each of [...notes, ...fields]) {
      const number = ++lastNumber;
      const record = textOf({ ...each, number });
      lastHash = hashOf(lastHash, record);
      table.add({ number, record, hash: lastHash });
    }
    this.#seal(table, { ...seal, lastNumber, lastHash });
    return { number: lastNumber, hash: lastHash };
  }

  /** @returns where to go on, and what is wrong with it */
  #lookAtEnd(table: TrailTable): { seal: Seal; flaw?: AuditFlaw } {
    const signed = table.seal();
    const last = table.last();
    const ours = this.#head;
    if (signed === undefined) {
      if (last === undefined && ours === undefined) return { seal: NEW };
      return { seal: goingOn(last, NEW, ours), flaw: last === undefined ? 'cut' : 'unsealed' };
    }
    const flaw = flawOf(signed, this.keyring) ?? this.#cutFlaw(table, signed);
    if (flaw === undefined) return { seal: signed };
    return { seal: goingOn(last, signed, ours), flaw };
  }

  #cutFlaw(table: TrailTable, seal: Seal): AuditFlaw | undefined {
    const last = table.last();
    if (last?.number !== seal.lastNumber || !last.hash.equals(seal.lastHash)) return 'cut';
    const ours = this.#head;
    if (ours === undefined || ours.number < seal.firstNumber) return undefined;
    return table.find(ours.number)?.hash.equals(ours.hash) === true ? undefined : 'cut';
  }

  /** In a transaction. @returns whether there may be more */
  #forgetSome(): boolean {
    const table = new TrailTable(this.#open);
    const { seal, flaw } = this.#lookAtEnd(table);
    if (flaw !== undefined) return false; // what is in doubt is kept
    const { clock } = this.#options;
    const newest = table.newestToForget(FORGET_RECORDS, {
      at: new Date(clock.nowMs() - KEPT_MS).toISOString(),
      lastNumber: seal.lastNumber - KEPT_RECORDS_MAX,
    });
    if (newest === undefined || newest.number >= seal.lastNumber) return false;
    const firstNumber = newest.number + 1;
    this.#seal(table, { ...seal, firstNumber, hashBeforeFirst: newest.hash });
    table.forgetBefore(firstNumber);
    this.#head = this.#append([
      { event: 'records_forgotten', through: newest.number, at: this.#now() },
    ]);
    return true;
  }

  #seal(table: TrailTable, seal: Seal): void {
    table.keepSeal(sign(seal, this.keyring.newest('audit')));
  }

  /** In the log, which goes elsewhere: `dashboard audit verify --contains` takes it. */
  #tellHead(): void {
    const head = this.#head;
    if (head === undefined || head === this.#toldHead) return;
    this.#toldHead = head;
    const { number, hash } = head;
    this.#options.logger.info({ number, hash: hash.toString('hex') }, 'the audit trail ends here');
  }

  #now(): string {
    return new Date(this.#options.clock.nowMs()).toISOString();
  }

  get #open(): Database {
    invariant(this.#database !== undefined, 'the audit trail is written before it is opened');
    return this.#database;
  }
}

const NEW: Seal = {
  ...{ firstNumber: 1, hashBeforeFirst: NO_HASH },
  ...{ lastNumber: 0, lastHash: NO_HASH },
};

/** A number that somebody has seen is never given again, also where its record is gone. */
function goingOn(last: Head | undefined, seal: Seal, ours: Head | undefined): Seal {
  const lastNumber = Math.max(last?.number ?? 0, seal.lastNumber, ours?.number ?? 0);
  return { ...seal, lastNumber, lastHash: last?.hash ?? NO_HASH };
}
