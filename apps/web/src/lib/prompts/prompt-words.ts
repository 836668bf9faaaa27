/** The states of a prompt in words. */
import type { AgentStatus } from '@dashboard/protocol/agents';
import { needsPerson } from '@dashboard/protocol/agents';
import type { QueuedPrompt } from '@dashboard/protocol/prompts';

/** How long a prompt that was accepted is still shown. */
export const ACCEPTED_SHOWN_MS = 6_000;

export function shownPrompts(
  prompts: readonly QueuedPrompt[],
  nowMs: number,
): readonly QueuedPrompt[] {
  return prompts.filter(
    ({ state, sinceMs }) => state !== 'accepted' || nowMs - sinceMs < ACCEPTED_SHOWN_MS,
  );
}

/** Whether a person has to look before anything goes on. */
export function isInDoubt({ state }: QueuedPrompt): boolean {
  return state === 'unconfirmed' || state === 'failed';
}

export function promptWords({ state, note }: QueuedPrompt, agent: AgentStatus | null): string {
  switch (state) {
    case 'queued':
      return waitingWords(agent);
    case 'sent':
      return 'Being given to the agent';
    case 'accepted':
      return note === null ? 'The agent has it' : `The agent has it. ${note}`;
    case 'unconfirmed':
      return note ?? 'The agent has not said that it took it';
    case 'failed':
      return note ?? 'The terminal did not take it';
  }
}

function waitingWords(agent: AgentStatus | null): string {
  if (agent === null) return 'Waits';
  if (agent.hooks === 'inactive') return 'Waits: the hooks of the agent are silent';
  if (agent.state === 'interrupted')
    return 'Waits: it was interrupted. Send something, or edit this';
  if (agent.state === 'idle') return 'Next';
  return needsPerson(agent.state)
    ? 'Waits until a person has answered the agent'
    : 'Waits until the agent is idle';
}
