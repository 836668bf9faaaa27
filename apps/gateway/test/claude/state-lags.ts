/** How long after its evidence a page is told of a state; kept where CLAUDE_FIGURES names a file. */
import { appendFileSync } from 'node:fs';
import type { AgentState } from '@dashboard/protocol/agents';
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { SessionId } from '@dashboard/protocol/ids';
import { systemClock } from '@dashboard/runtime/clock';

export class StateLags {
  readonly #last = new Map<SessionId, AgentState>();
  readonly #lagsMs = new Map<AgentState, number[]>();

  /** To be told of each event as it comes. */
  readonly heard = (event: DashboardEvent): void => {
    if (event.type !== 'session' || event.session.agent === null) return;
    const { id, agent } = event.session;
    if (this.#last.get(id) === agent.state) return;
    this.#last.set(id, agent.state);
    const lags = this.#lagsMs.get(agent.state) ?? [];
    this.#lagsMs.set(agent.state, lags);
    // A hook's time is its arrival, the registry's is the one that the agent has written.
    lags.push(systemClock.nowMs() - agent.evidence.atMs);
  };

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
