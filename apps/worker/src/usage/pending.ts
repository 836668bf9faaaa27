/** What has been counted and is not on disk yet. What it holds goes before what the records hold. */
import type { AccountLimit } from '@dashboard/protocol/usage';
import type { SessionId } from '@dashboard/protocol/ids';
import { PENDING_MAX } from './limits.ts';
import type {
  AccountRow,
  Changes,
  HourRow,
  KnownMessage,
  LastFacts,
  UsageRecords,
  WaitRow,
} from './ports.ts';

export class Pending {
  readonly #records: UsageRecords;
  #hours: HourRow[] = [];
  #waits: WaitRow[] = [];
  readonly #messages = new Map<string, KnownMessage>();
  readonly #accounts = new Map<string, AccountRow>();
  readonly #offsets = new Map<string, Changes['offsets'][number]>();
  readonly #facts = new Map<SessionId, LastFacts>();
  readonly #limits = new Map<string, AccountLimit>();

  constructor(records: UsageRecords) {
    this.#records = records;
  }

  /** The disk has taken nothing for long: nobody should read more. */
  get isFull(): boolean {
    return this.#hours.length + this.#messages.size + this.#waits.length >= PENDING_MAX;
  }

  /** One write, or none. @throws DashboardError storage_failed, and everything is still here */
  write(): void {
    const hasNothing = [this.#accounts, this.#offsets, this.#facts, this.#limits].every(
      ({ size }) => size === 0,
    );
    if (hasNothing && this.#hours.length === 0 && this.#waits.length === 0) return;
    this.#records.write({
      hours: this.#hours,
      waits: this.#waits,
      messages: [...this.#messages.values()],
      accounts: [...this.#accounts.values()],
      offsets: [...this.#offsets.values()],
      facts: [...this.#facts].map(([session, facts]) => ({ session, ...facts })),
      limits: [...this.#limits.values()],
    });
    this.#hours = [];
    this.#waits = [];
    for (const map of [this.#messages, this.#accounts, this.#offsets, this.#facts, this.#limits]) {
      map.clear();
    }
  }

  message(key: string): KnownMessage | undefined {
    return this.#messages.get(key) ?? this.#records.message(key);
  }

  account(conversation: string): AccountRow | undefined {
    return this.#accounts.get(conversation) ?? this.#records.account(conversation);
  }

  /** Of a session, those whose transcripts may hold what has not been counted. */
  openOf(session: SessionId): readonly string[] {
    const kept = this.#records
      .openOf(session)
      .filter((row) => !this.#accounts.has(row.conversation));
    const here = [...this.#accounts.values()].filter((row) => row.session === session);
    return [...kept, ...here.filter((row) => !row.isClosed)].map((row) => row.conversation);
  }

  offset(path: string): number {
    return this.#offsets.get(path)?.offset ?? this.#records.offset(path);
  }

  facts(session: SessionId): LastFacts | undefined {
    return this.#facts.get(session) ?? this.#records.facts(session);
  }

  addHour(row: HourRow): void {
    this.#hours.push(row);
  }

  addWait(row: WaitRow): void {
    this.#waits.push(row);
  }

  putMessage(message: KnownMessage): void {
    this.#messages.set(message.key, message);
  }

  putAccount(row: AccountRow): void {
    this.#accounts.set(row.conversation, row);
  }

  putOffset(path: string, conversation: string, offset: number): void {
    this.#offsets.set(path, { path, conversation, offset });
  }

  putFacts(session: SessionId, facts: LastFacts): void {
    this.#facts.set(session, facts);
  }

  putLimit(limit: AccountLimit): void {
    this.#limits.set(`${limit.profile} ${limit.window}`, limit);
  }
}
