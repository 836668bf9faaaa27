/** Where a session stands for the person who looks at all of them: whose turn it is. */
import { needsPerson, type AgentState } from '@dashboard/protocol/agents';
import type { SessionSummary } from '@dashboard/protocol/sessions';

/** In the order in which they are listed. */
export const STANDINGS = ['person', 'working', 'idle', 'unclear', 'shell', 'ended'] as const;
export type Standing = (typeof STANDINGS)[number];

const WORKING: ReadonlySet<AgentState> = new Set([
  'starting',
  'working',
  'compacting',
  'background',
]);

export function isLive({ phase }: Pick<SessionSummary, 'phase'>): boolean {
  return phase === 'starting' || phase === 'running';
}

export function standingOf(session: Pick<SessionSummary, 'phase' | 'agent'>): Standing {
  const { agent } = session;
  if (!isLive(session)) return 'ended';
  if (agent === null) return 'shell';
  if (needsPerson(agent.state)) return 'person';
  if (WORKING.has(agent.state)) return 'working';
  return agent.state === 'unknown' ? 'unclear' : 'idle';
}

/** "2 need you", "1 shell". */
export function standingWords(standing: Standing, count: number): string {
  switch (standing) {
    case 'person':
      return count === 1 ? '1 needs you' : `${count} need you`;
    case 'shell':
      return count === 1 ? '1 shell' : `${count} shells`;
    default:
      return `${count} ${standing}`;
  }
}
