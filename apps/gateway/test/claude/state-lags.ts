/**
 * How long after its evidence a page is told of a state, and how long after a key in the terminal a
 * question is gone; kept where CLAUDE_FIGURES names a file.
 */
import { appendFileSync } from 'node:fs';
import type { AgentState } from '@dashboard/protocol/agents';
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { SessionId } from '@dashboard/protocol/ids';
import { systemClock } from '@dashboard/runtime/clock';

export class StateLags {
  readonly #last = new Map<SessionId, AgentState>();
  readonly #lagsMs = new Map<AgentState | 'question is gone', number[]>();
  readonly #pressedMs = new Map<SessionId, number>();

  /** To be told of each event as it comes. */
  readonly heard = (event: DashboardEvent): void => {
    if (event.type === 'approval_retired') return this.#gone(event.session);
    if (event.type !== 'session' || event.session.agent === null) return;
    const { id, agent } = event.session;
    if (this.#last.get(id) === agent.state) return;
    this.#last.set(id, agent.state);
    // A hook's time is its arrival, the registry's is the one that the agent has written.
    this.#note(agent.state, agent.evidence.atMs);
  };

  /** Somebody answers the dialog in this session's terminal. */
  pressed(session: SessionId): void {
    this.#pressedMs.set(session, systemClock.nowMs());
  }

  #gone(session: SessionId): void {
    const atMs = this.#pressedMs.get(session);
    if (atMs !== undefined) this.#note('question is gone', atMs);
    this.#pressedMs.delete(session);
  }

  #note(what: AgentState | 'question is gone', sinceMs: number): void {
    const lags = this.#lagsMs.get(what) ?? [];
    this.#lagsMs.set(what, lags);
    lags.push(systemClock.nowMs() - sinceMs);
  }

  keep(program: string): void {
    const path = process.env['CLAUDE_FIGURES'];
    if (path === undefined) return;
    for (const [state, lags] of this.#lagsMs) {
      const sorted = lags.toSorted((a, b) => a - b);
      const figures = { count: sorted.length, medianMs: sorted[sorted.length >> 1] };
      const line = { program, state, ...figures, longestMs: sorted.at(-1) };
      appendFileSync(path, `${JSON.stringify(line)}\n`);
    }
  }
}
