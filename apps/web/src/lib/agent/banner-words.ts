/** What stands above the terminal when an agent cannot go on, or less is known of it: one sentence and what to do. */
import type { AgentStatus, SetupDialog } from '@dashboard/protocol/agents';
import { lasting } from '../ui/since.ts';
import { asSentence } from './state-words.ts';

export interface BannerWords {
  /** The same as long as the cause is the same: what a person dismissed stays away so long. */
  readonly cause: string;
  readonly tone: 'warn' | 'bad' | 'quiet';
  readonly title: string;
  readonly remedy: string;
  /** The doctor has more to say. */
  readonly hasDoctor?: boolean;
  /** A person can say yes to the question of trust from here. */
  readonly asksTrust?: boolean;
}

const DIALOGS: Readonly<Record<SetupDialog, string>> = {
  trust: 'The agent asks whether this directory is trusted.',
  login: 'The agent asks to log in.',
  api_key: 'The agent asks whether to use the API key of its environment.',
  onboarding: 'The agent shows its first steps.',
  other: 'The agent shows a dialog before its first prompt.',
};

/** @returns undefined while there is nothing to say */
export function bannerWords(agent: AgentStatus, nowMs: number): BannerWords | undefined {
  const { state, sinceMs, hooks } = agent;
  const cause = `${state} ${sinceMs}`;
  if (state === 'setup_blocked') {
    const title = DIALOGS[agent.dialog ?? 'other'];
    const remedy = 'Answer it in the terminal below; nothing happens until then.';
    return { cause, tone: 'warn', title, remedy, asksTrust: agent.dialog === 'trust' };
  }
  if (state === 'limited') {
    const title = limitWords(agent, nowMs);
    return { cause, tone: 'warn', title, remedy: 'Then send a prompt, and it goes on.' };
  }
  if (state === 'error') {
    const remedy = 'The terminal says more; another prompt, as “continue”, tries again.';
    return { cause, tone: 'bad', title: asSentence(agent.reason), remedy };
  }
  if (hooks !== 'inactive' || state === 'exited') return undefined;
  return {
    cause: 'hooks',
    tone: 'quiet',
    title: 'The agent’s hooks are silent, so less is known of it.',
    remedy: 'Its directory may not be trusted, or a setting turns hooks off.',
    hasDoctor: true,
  };
}

function limitWords({ limitEndsAtMs }: AgentStatus, nowMs: number): string {
  if (limitEndsAtMs === null)
    return 'A limit of the account ended the turn; until when is unknown.';
  if (limitEndsAtMs <= nowMs) return 'A limit of the account ended the turn; it has reset since.';
  const at = new Date(limitEndsAtMs);
  const time = at.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  const left = lasting(limitEndsAtMs - nowMs);
  return `A limit of the account ended the turn; it resets at ${time}, in ${left}.`;
}
