/**
 * Brings back, when the worker starts, the agents that the machine took along: each in the
 * conversation it had. Nothing is said to them; they read what was said, and wait for a person.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Part } from '@dashboard/runtime/lifecycle';
import type { SessionTable } from './session-table.ts';

export interface LostSessionsOptions {
  readonly sessions: SessionTable;
  readonly failed: (id: string, error: unknown) => void;
}

export class LostSessions implements Part {
  readonly name = 'lost sessions';
  readonly #options: LostSessionsOptions;
  #isStopping = false;
  #work: Promise<void> | undefined;

  constructor(options: LostSessionsOptions) {
    this.#options = options;
  }

  /** Does not wait for them: people are served meanwhile. */
  async start(): Promise<void> {
    this.#work = this.#resumeAll();
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#work;
  }

  /** One by one, since each reads a conversation and takes a processor for that. */
  async #resumeAll(): Promise<void> {
    const { sessions, failed } = this.#options;
    for (const id of sessions.lostBeforeStart) {
      if (this.#isStopping) return;
      try {
        await sessions.resume(id);
      } catch (error) {
        const isExpected = error instanceof DashboardError && ASKED_FOR.has(error.code);
        if (!isExpected) failed(id, error);
      }
    }
  }
}

/** A shell, a session that a person has resumed or removed by now. */
const ASKED_FOR: ReadonlySet<string> = new Set(['not_resumable', 'conflict', 'session_not_found']);
