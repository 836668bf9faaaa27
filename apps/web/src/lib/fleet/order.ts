/**
 * The order in which sessions are listed: who needs a person, then who works, who is idle, shells, and
 * what has ended. Within each, an order that changes only when a state does.
 */
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { stateWords } from '../agent/state-words.ts';
import { STANDINGS, standingOf, type Standing } from './standing.ts';

/** Shells active within this time count as equally recent: busy ones would else change places all the time. */
const RECENT_MS = 5 * 60_000;

type Rank = (session: SessionSummary, nowMs: number) => number;

const newestFirst: Rank = () => 0;

/** The smaller comes first; of equals the newer session. */
const RANKS: Readonly<Record<Standing, Rank>> = {
  // Who has waited longest.
  person: ({ agent }) => agent?.sinceMs ?? 0,
  working: newestFirst,
  // Whose turn ended last is what one comes to read.
  idle: ({ agent }) => -(agent?.sinceMs ?? 0),
  unclear: newestFirst,
  shell: ({ activeAtMs }, nowMs) => (nowMs - activeAtMs < RECENT_MS ? -Infinity : -activeAtMs),
  ended: ({ endedAtMs }) => -(endedAtMs ?? 0),
};

export function inOrder(sessions: readonly SessionSummary[], nowMs: number): SessionSummary[] {
  const ranked = sessions.map((session) => {
    const standing = standingOf(session);
    const group = STANDINGS.indexOf(standing);
    return { session, group, rank: RANKS[standing](session, nowMs) };
  });
  ranked.sort((a, b) => {
    if (a.group !== b.group) return a.group - b.group;
    if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
    return b.session.createdAtMs - a.session.createdAtMs;
  });
  return ranked.map(({ session }) => session);
}

/** Keeps `held` as it is, without what is gone; what is new comes last, where it moves nothing. */
export function inHeldOrder(
  sessions: readonly SessionSummary[],
  held: readonly SessionId[],
): SessionSummary[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const kept = held.flatMap((id) => byId.get(id) ?? []);
  const known = new Set(held);
  return [...kept, ...sessions.filter(({ id }) => !known.has(id))];
}

export function matches(session: SessionSummary, filter: string): boolean {
  const { name, directory, profile, title, agent } = session;
  const told = agent === null ? [] : [stateWords(agent).word, agent.title, agent.model];
  const text = [name, directory, profile, title, ...told].join('\n').toLowerCase();
  const words = filter.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}
