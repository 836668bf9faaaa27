/**
 * How long agents wait for a person: from when one asks until it does not any more, whoever answered
 * and wherever. An agent that is idle, that hit a limit or failed asks nothing, and waits for nobody.
 */
import type { AgentState, AgentStatus } from '@dashboard/protocol/agents';
import type { SessionId } from '@dashboard/protocol/ids';

/** The states in which an agent could go on at once if only somebody answered. */
export const WAITING_STATES: ReadonlySet<AgentState> = new Set([
  ...(['setup_blocked', 'needs_permission', 'needs_answer', 'needs_plan', 'needs_input'] as const),
]);

export interface Wait {
  readonly session: SessionId;
  readonly project: string;
  readonly state: AgentState;
  readonly sinceMs: number;
}

export class Waits {
  readonly #open = new Map<SessionId, Wait>();
  readonly #onOver: (wait: Wait, waitedMs: number, atMs: number) => void;

  constructor(onOver: (wait: Wait, waitedMs: number, atMs: number) => void) {
    this.#onOver = onOver;
  }

  /** Those that go on. */
  get open(): readonly Wait[] {
    return [...this.#open.values()];
  }

  /** @param status of its agent now; called as often as anybody likes */
  see(
    of: { readonly session: SessionId; readonly project: string },
    { state, sinceMs }: Pick<AgentStatus, 'state' | 'sinceMs'>,
    nowMs: number,
  ): void {
    const open = this.#open.get(of.session);
    if (open?.state === state && open.sinceMs === sinceMs) return;
    if (open !== undefined) {
      this.#open.delete(of.session);
      const overAtMs = Math.min(nowMs, Math.max(open.sinceMs, sinceMs));
      this.#onOver(open, overAtMs - open.sinceMs, overAtMs);
    }
    if (WAITING_STATES.has(state)) this.#open.set(of.session, { ...of, state, sinceMs });
  }

  /** Nobody watches it any more, though it may go on to wait. */
  drop(session: SessionId): void {
    this.#open.delete(session);
  }
}
