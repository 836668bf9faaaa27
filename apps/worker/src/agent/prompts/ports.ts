/** What the queue of prompts needs of sessions, of agents' own notes and of a database. */
import type { PromptId, SessionId } from '@dashboard/protocol/ids';
import type { ChangePrompt } from '@dashboard/protocol/prompts';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import type { Clock } from '@dashboard/runtime/clock';
import type { KeptPrompt } from './next-step.ts';

/** A session with its program, as far as it is written to. */
export interface Recipient {
  /** Its profile's program is an agent that takes prompts. */
  readonly takesPrompts: boolean;
  readonly isRunning: boolean;
  /** Nothing that was written to it waits any more. */
  readonly hasReadAll: boolean;
  /** How long nobody has typed into its terminal. */
  readonly untypedMs: number;
  /** @throws DashboardError rate_limited, session_ended, having taken none */
  write(bytes: Uint8Array): void;
}

/** What survives a worker. Every call has reached the disk when it returns. */
export interface PromptRecords {
  all(): readonly KeptPrompt[];
  /** @throws DashboardError storage_failed */
  put(prompt: KeptPrompt): void;
  /** @throws DashboardError storage_failed */
  remove(id: PromptId): void;
}

/** For the log and metrics: never with what a prompt says. */
export interface PromptsObserver {
  queued(prompt: KeptPrompt, by: Asker): void;
  changed(prompt: KeptPrompt, what: ChangePrompt['what'], by: Asker): void;
  withdrawn(prompt: KeptPrompt, by: Asker): void;
  /** Pasted, accepted, or one that a person has to look at. */
  went(prompt: KeptPrompt): void;
  failed(session: SessionId, what: string, error: unknown): void;
}

export interface PromptsOptions {
  readonly clock: Clock;
  readonly records: PromptRecords;
  /** Undefined of a session that is not there, or not yet. */
  readonly recipient: (session: SessionId) => Recipient | undefined;
  /** Whether the agent of a session has written down, since then, that it was told this. */
  readonly wroteDown: (session: SessionId, text: string, sinceMs: number) => Promise<boolean>;
  readonly observer: PromptsObserver;
}
