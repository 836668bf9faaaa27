/** What the book of usage needs of a database. */
import type { AccountLimit, Tokens } from '@dashboard/protocol/usage';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Account } from './account.ts';

/** What was used in one hour (UTC), or in one day of long ago, which no longer knows its session. */
export interface HourRow {
  readonly hourMs: number;
  /** Empty when it is a day. */
  readonly session: SessionId | '';
  readonly conversation: string;
  readonly project: string;
  readonly model: string;
  readonly tokens: Tokens;
  readonly unlistedTokens: number;
  readonly requests: number;
  readonly costUsd: number;
}

/** How long an agent waited for a person, by the hour in which that was over. */
export interface WaitRow {
  readonly hourMs: number;
  readonly session: SessionId | '';
  readonly project: string;
  readonly waitedMs: number;
  readonly waits: number;
}

/** As it was told last; what it grows by belongs to the hour in which it was told first. */
export interface KnownMessage {
  readonly key: string;
  readonly conversation: string;
  readonly hourMs: number;
  readonly model: string;
  readonly tokens: Tokens;
}

export interface AccountRow {
  readonly conversation: string;
  /** Where it is, or was last. */
  readonly session: SessionId;
  readonly account: Account;
  /** Its program has ended, and its transcripts were read to their end. */
  readonly isClosed: boolean;
  /** When something was counted of it last. */
  readonly countedAtMs: number;
}

/** What was last told of a session's agent, for a worker that has heard nothing of it yet. */
export interface LastFacts {
  readonly conversation: string;
  readonly model: string | null;
  readonly contextPercent: number | null;
  readonly costUsd: number | null;
}

/** Written together or not at all: a line that was read is counted once. */
export interface Changes {
  /** Added to what there is. */
  readonly hours: readonly HourRow[];
  readonly waits: readonly WaitRow[];
  readonly messages: readonly KnownMessage[];
  readonly accounts: readonly AccountRow[];
  /** Bytes of a transcript that have been read. */
  readonly offsets: readonly {
    readonly path: string;
    readonly conversation: string;
    readonly offset: number;
  }[];
  readonly facts: readonly (LastFacts & { readonly session: SessionId })[];
  readonly limits: readonly AccountLimit[];
}

/** Every method may throw DashboardError storage_failed. */
export interface UsageRecords {
  write(changes: Changes): void;
  message(key: string): KnownMessage | undefined;
  account(conversation: string): AccountRow | undefined;
  /** Those of a session that are not closed, the one that was counted last at the end. */
  openOf(session: SessionId): readonly AccountRow[];
  offset(path: string): number;
  facts(session: SessionId): LastFacts | undefined;
  limits(): readonly AccountLimit[];
  /** Of a session, as long as there is one. */
  nameOf(session: SessionId): string | undefined;
  hoursOf(conversation: string): readonly HourRow[];
  hours(fromMs: number, toMs: number): readonly HourRow[];
  waits(fromMs: number, toMs: number): readonly WaitRow[];
  /** Hours before the first become days; days and all else before the second are forgotten. */
  tidy(before: {
    readonly foldMs: number;
    readonly forgetMs: number;
    readonly messagesMax: number;
  }): void;
}
