/** Agents for tests: at work and certain, with what a test is about put in. */
import { AgentStatus } from '@dashboard/protocol/agents';
import { Value } from 'typebox/value';

export function anAgent(more: Partial<AgentStatus> = {}): AgentStatus {
  const agent: unknown = {
    state: 'working',
    sinceMs: 0,
    reason: 'uses Bash',
    evidence: { signal: 'hook', what: 'PreToolUse', atMs: 0 },
    confidence: 'certain',
    dialog: null,
    doing: null,
    lastWords: null,
    title: null,
    subagents: 0,
    model: null,
    permissionMode: null,
    contextPercent: null,
    costUsd: null,
    limitEndsAtMs: null,
    hooks: 'alive',
    ...more,
  };
  return Value.Parse(AgentStatus, agent);
}
