/** What a session runs on, and whom it tells. */
import type { Clock } from '@dashboard/runtime/clock';
import type { AgentWatcher, PaneEngine, ScreenFactory, SessionRecords } from './ports.ts';
import type { Session } from './session.ts';

/** Told what happens, for the feed, the metrics and the log. */
export interface SessionObserver {
  changed(session: Session): void;
  printed(bytes: number): void;
  /** Output was lost between two taps. */
  torn(session: Session): void;
  resynced(session: Session, skippedBytes: number): void;
  failed(session: Session, what: string, error: unknown): void;
}

export interface SessionDeps {
  readonly clock: Clock;
  readonly engine: PaneEngine;
  readonly screens: ScreenFactory;
  readonly records: SessionRecords;
  readonly agents: AgentWatcher;
  readonly observer: SessionObserver;
}
