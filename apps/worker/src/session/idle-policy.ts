/**
 * Ends sessions that nobody has watched and that have done nothing for a set time. An agent that is
 * idle so ends as one does that sleeps: its conversation is kept, and it is resumed when it is wanted.
 */
import type { AgentState, AgentStatus } from '@dashboard/protocol/agents';

export interface IdlePolicy {
  /** Milliseconds without a viewer, output or input; 0 never ends a session. */
  readonly timeoutMs: number;
}

/** What the policy looks at. */
export interface Idler {
  readonly isRunning: boolean;
  readonly idleMs: number;
  summary(): { readonly agent: Pick<AgentStatus, 'state'> | null };
}

/** @returns those that are due now */
export function overdue<T extends Idler>(sessions: Iterable<T>, { timeoutMs }: IdlePolicy): T[] {
  if (timeoutMs === 0) return [];
  return [...sessions].filter(
    (session) => session.isRunning && session.idleMs >= timeoutMs && isDone(session),
  );
}

/** A question may wait for days, and what goes on in the background prints nothing. */
const NOT_DONE: ReadonlySet<AgentState> = new Set([
  ...(['working', 'compacting', 'background'] as const),
  ...(['needs_permission', 'needs_answer', 'needs_plan', 'needs_input'] as const),
]);

function isDone(session: Idler): boolean {
  const { agent } = session.summary();
  return agent === null || !NOT_DONE.has(agent.state);
}
