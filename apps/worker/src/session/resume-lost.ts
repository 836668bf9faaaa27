/**
 * Brings back the agents whose terminals were taken along, each in the conversation it had: when the
 * worker starts, those of a machine that went down; while it runs, those of a tmux that was killed.
 * Nothing is said to them; they read what was said, and wait for a person.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionEvent } from '@dashboard/protocol/events';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import { LOST_RESUMES_MAX, LOST_RESUMES_WITHIN_MS } from './limits.ts';
import type { SessionTable } from './session-table.ts';

export interface LostSessionsOptions {
  readonly sessions: SessionTable;
  readonly clock: Clock;
  readonly failed: (id: SessionId, error: unknown) => void;
  /** It is lost again and again: from here on a person decides. */
  readonly gaveUp: (id: SessionId) => void;
}

export class LostSessions implements Part {
  readonly name = 'lost sessions';
  readonly #options: LostSessionsOptions;
  /** A session that is seen to run, and then to be lost, was lost now. */
  readonly #running = new Set<SessionId>();
  /** When each was resumed, the last LOST_RESUMES_MAX times. */
  readonly #resumed = new Map<SessionId, readonly number[]>();
  #isStopping = false;
  #stopListening: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: LostSessionsOptions) {
    this.#options = options;
  }

  /** Does not wait for them: people are served meanwhile. */
  async start(): Promise<void> {
    const { sessions } = this.#options;
    this.#stopListening = sessions.onEvent((event) => this.#saw(event));
    for (const session of sessions.all()) if (session.isRunning) this.#running.add(session.id);
    for (const id of sessions.lostBeforeStart) this.#resumeNext(id);
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopListening?.();
    await this.#work;
  }

  #saw(event: SessionEvent): void {
    if (event.type === 'session_removed') {
      this.#running.delete(event.id);
      this.#resumed.delete(event.id);
      return;
    }
    const { id, phase } = event.session;
    if (phase === 'running') this.#running.add(id);
    else if (this.#running.delete(id) && phase === 'lost') this.#resumeNext(id);
  }

  /** One by one, since each reads a conversation and takes a processor for that. */
  #resumeNext(id: SessionId): void {
    this.#work = this.#work.then(async () => {
      if (!this.#isStopping) await this.#resume(id);
    });
  }

  async #resume(id: SessionId): Promise<void> {
    const { sessions, clock, failed, gaveUp } = this.#options;
    const nowMs = clock.monotonicMs();
    const times = this.#resumed.get(id) ?? [];
    const isLoop =
      times.length >= LOST_RESUMES_MAX && nowMs - (times[0] ?? 0) < LOST_RESUMES_WITHIN_MS;
    if (isLoop) return gaveUp(id);
    try {
      await sessions.resume(id);
      this.#resumed.set(id, [...times, nowMs].slice(-LOST_RESUMES_MAX));
    } catch (error) {
      const isExpected = error instanceof DashboardError && ASKED_FOR.has(error.code);
      if (!isExpected) failed(id, error);
    }
  }
}

/** A shell, a session that a person has resumed or removed by now, a conversation that goes on elsewhere. */
const ASKED_FOR: ReadonlySet<string> = new Set([
  ...['not_resumable', 'conflict', 'session_not_found', 'conversation_open'],
]);
