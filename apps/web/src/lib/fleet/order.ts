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
  return [...sessions].sort((a, b) => {
    if (isLive(a) !== isLive(b)) return isLive(a) ? -1 : 1;
    if (isLive(a) && isRecent(a) !== isRecent(b)) return isRecent(a) ? -1 : 1;
    if (isLive(a) && !isRecent(a)) return b.activeAtMs - a.activeAtMs || newestFirst(a, b);
    if (!isLive(a)) return (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0) || newestFirst(a, b);
    return newestFirst(a, b);
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

function newestFirst(a: SessionSummary, b: SessionSummary): number {
  return b.createdAtMs - a.createdAtMs;
}
