/** Ends sessions that nobody has watched and that have done nothing for a set time. */
import type { Session } from './session.ts';

export interface IdlePolicy {
  /** Milliseconds without a viewer, output or input; 0 never ends a session. */
  readonly timeoutMs: number;
}

/** @returns those that are due now */
export function overdue(sessions: Iterable<Session>, { timeoutMs }: IdlePolicy): Session[] {
  if (timeoutMs === 0) return [];
  return [...sessions].filter((session) => session.isRunning && session.idleMs >= timeoutMs);
}
