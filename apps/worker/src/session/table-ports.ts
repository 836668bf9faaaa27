/** What the table of sessions needs of whoever prepares programs, and tells to whoever keeps the log. */
import type { SessionId } from '@dashboard/protocol/ids';
import type { CreateSession, SessionRecord } from '@dashboard/protocol/sessions';
import type { PaneSpec } from './ports.ts';

/** What is to run, and the agent's own id of the conversation that it begins, where that is known. */
export interface Prepared extends Omit<PaneSpec, 'id' | 'size'> {
  readonly conversation: string | null;
  /** Removes what was made for it alone, when the program does not start after all. */
  readonly takeBack?: () => Promise<void>;
}

/** Turns a wish into what is to run. */
export interface Launcher {
  /** @throws DashboardError profile_not_found, profile_unavailable, directory_outside_roots … */
  prepare(id: SessionId, wish: CreateSession): Promise<Prepared>;
  /** @throws DashboardError not_resumable, and as prepare() */
  resume(record: SessionRecord): Promise<Prepared>;
}

/** What the table tells of its sessions to the worker's log and metrics. */
export interface TableObserver {
  printed(bytes: number): void;
  torn(id: SessionId): void;
  resynced(id: SessionId, skippedBytes: number): void;
  failed(id: SessionId, what: string, error: unknown): void;
  recovered(sessions: number, strangers: readonly SessionId[]): void;
  ending(id: SessionId, why: 'idle'): void;
  resumed(id: SessionId): void;
}
