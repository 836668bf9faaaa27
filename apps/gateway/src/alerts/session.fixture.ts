/** Sessions for tests of alerts: an agent in some state since some time. */
import type { AgentState, AgentStatus } from '@dashboard/protocol/agents';
import { makeSessionId, parseUserId } from '@dashboard/protocol/ids';
import type { Phase, SessionSummary } from '@dashboard/protocol/sessions';

export const SESSION = makeSessionId(0, new Uint8Array(16));

export interface Wanted {
  readonly state?: AgentState;
  readonly sinceMs?: number;
  readonly phase?: Phase;
  readonly name?: string;
}

export function sessionWith({
  state,
  sinceMs = 0,
  phase = 'running',
  name,
}: Wanted): SessionSummary {
  return {
    ...{ id: SESSION, name: name ?? 'apples', profile: 'claude', engine: 'tmux' },
    ...{ directory: '/projects', phase, createdAtMs: 0, size: { cols: 80, rows: 24 } },
    createdBy: parseUserId('00000000-0000-4000-8000-000000000000'),
    ...{ endedAtMs: phase === 'running' ? null : sinceMs, exitCode: null, exitSignal: null },
    ...{ conversation: null, permissionMode: null, model: null, title: '', pid: 1, viewers: 0 },
    ...{ activeAtMs: 0, preview: [], mayResume: false },
    agent: state === undefined ? null : statusWith(state, sinceMs),
  };
}

function statusWith(state: AgentState, sinceMs: number): AgentStatus {
  return {
    ...{ state, sinceMs, reason: '', confidence: 'certain', dialog: null, doing: null },
    evidence: { signal: 'hook', what: 'a test', atMs: sinceMs },
    ...{ lastWords: null, title: null, subagents: 0, model: null, permissionMode: null },
    ...{ contextPercent: null, costUsd: null, limitEndsAtMs: null, hooks: 'alive' },
  };
}
