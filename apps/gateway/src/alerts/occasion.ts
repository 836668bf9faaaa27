/** What there is to tell of a session. Pure: what was seen before and what is seen now, in; that, out. */
import { needsPerson, type AgentState } from '@dashboard/protocol/agents';
import type { AlertKind } from '@dashboard/protocol/alerts';
import type { SessionId } from '@dashboard/protocol/ids';
import type { Phase, SessionSummary } from '@dashboard/protocol/sessions';

/** It stands until something else is seen. Of one session there is one at a time. */
export interface Occasion {
  readonly kind: AlertKind;
  readonly session: SessionId;
  readonly name: string;
  readonly what: AgentState | 'lost';
  readonly sinceMs: number;
  /** Of `finished`: how long it worked since a person last had to do with it; otherwise 0. */
  readonly workedMs: number;
}

export interface Seen {
  readonly phase: Phase;
  /** Undefined while it does not work, and from its question to a person's answer. */
  readonly worksSinceMs: number | undefined;
  readonly standing: Occasion | undefined;
}

type Looked = Pick<SessionSummary, 'id' | 'name' | 'phase' | 'agent' | 'endedAtMs'>;

/** After these nobody waits for the end of what went on before. */
const ENDS_WORK: ReadonlySet<AgentState> = new Set(['idle', 'interrupted', 'exited', 'starting']);

export function look(before: Seen | undefined, session: Looked): Seen {
  const { phase } = session;
  if (phase !== 'running') {
    return { phase, worksSinceMs: undefined, standing: lossOf(before, session) };
  }
  return {
    phase,
    worksSinceMs: worksSince(before, session.agent),
    standing: standingOf(before, session),
  };
}

export function isSame(one: Occasion | undefined, other: Occasion | undefined): boolean {
  return one?.kind === other?.kind && one?.what === other?.what && one?.sinceMs === other?.sinceMs;
}

/** A session that was lost before it was first seen is history. */
function lossOf(before: Seen | undefined, session: Looked): Occasion | undefined {
  if (session.phase !== 'lost' || before === undefined) return undefined;
  if (before.phase === 'lost') return before.standing;
  if (before.phase === 'exited') return undefined;
  return occasion('lost', session, { what: 'lost', sinceMs: session.endedAtMs ?? 0 });
}

function worksSince(before: Seen | undefined, agent: Looked['agent']): number | undefined {
  if (agent === null || needsPerson(agent.state) || ENDS_WORK.has(agent.state)) return undefined;
  if (before?.worksSinceMs !== undefined) return before.worksSinceMs;
  // What only goes on in the background was not begun by a turn that somebody waits for.
  return agent.state === 'working' || agent.state === 'compacting' ? agent.sinceMs : undefined;
}

function standingOf(before: Seen | undefined, session: Looked): Occasion | undefined {
  const { agent } = session;
  if (agent === null) return undefined;
  const { state: what, sinceMs } = agent;
  if (what === 'error' || what === 'limited') return occasion('failed', session, { what, sinceMs });
  if (needsPerson(what)) return occasion('asks', session, { what, sinceMs });
  if (what !== 'idle') return undefined;
  if (before?.worksSinceMs !== undefined) {
    const workedMs = Math.max(0, sinceMs - before.worksSinceMs);
    return occasion('finished', session, { what, sinceMs, workedMs });
  }
  const standing = before?.standing;
  if (standing?.kind !== 'finished' || standing.sinceMs !== sinceMs) return undefined;
  return { ...standing, name: session.name };
}

function occasion(
  kind: AlertKind,
  { id, name }: Looked,
  more: Pick<Occasion, 'what' | 'sinceMs'> & { workedMs?: number },
): Occasion {
  return { kind, session: id, name, workedMs: 0, ...more };
}
