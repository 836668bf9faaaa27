/** The order in which sessions are listed: live before ended, then the most recently active first. */
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';

/** Sessions active within this time count as equally recent: busy ones would else change places all the time. */
const RECENT_MS = 5 * 60_000;

export function isLive({ phase }: SessionSummary): boolean {
  return phase === 'starting' || phase === 'running';
}

export function inOrder(sessions: readonly SessionSummary[], nowMs: number): SessionSummary[] {
  const isRecent = ({ activeAtMs }: SessionSummary) => nowMs - activeAtMs < RECENT_MS;
  /** The greater comes first; a group of equals is ordered by age. */
  const rank = (session: SessionSummary): readonly [group: number, atMs: number] => {
    if (!isLive(session)) return [0, session.endedAtMs ?? 0];
    return isRecent(session) ? [2, 0] : [1, session.activeAtMs];
  };
  return [...sessions].sort((a, b) => {
    const [[groupA, atA], [groupB, atB]] = [rank(a), rank(b)];
    return groupB - groupA || atB - atA || b.createdAtMs - a.createdAtMs;
  });
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

export function matches(
  { name, directory, profile, title }: SessionSummary,
  filter: string,
): boolean {
  const text = [name, directory, profile, title].join('\n').toLowerCase();
  const words = filter.toLowerCase().split(/\s+/);
  return words.every((word) => text.includes(word));
}
