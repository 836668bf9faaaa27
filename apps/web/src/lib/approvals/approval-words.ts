/** Questions of agents and how they ended, in words. */
import type {
  Answered,
  Approval,
  ApprovalOutcome,
  SuggestionScope,
  Withdrawal,
} from '@dashboard/protocol/approvals';
import type { Card } from './inbox.svelte.ts';

const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;

/** "12 s", "3 min", "2 h". */
export function ageWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < MINUTE_S) return `${seconds} s`;
  if (seconds < HOUR_S) return `${Math.floor(seconds / MINUTE_S)} min`;
  return `${Math.floor(seconds / HOUR_S)} h`;
}

/** What is asked, in one line. */
export function askedWords({ subject, tool }: Approval): string {
  switch (subject.is) {
    case 'command':
      return 'wants to run a command';
    case 'edit':
      return subject.isEverywhere ? 'wants to edit a file, in every place' : 'wants to edit a file';
    case 'write':
      return 'wants to write a file';
    case 'question':
      return subject.questions.length > 1 ? 'asks some questions' : 'asks a question';
    case 'plan':
      return 'shows a plan';
    case 'other':
      return `wants to use ${tool}`;
  }
}

/** The same with what it is about, for a list or a bar. */
export function gistOf({ subject, tool }: Approval): string {
  switch (subject.is) {
    case 'command':
      return subject.command.text;
    case 'edit':
    case 'write':
      return subject.path;
    case 'question':
      return subject.questions[0]?.question ?? '';
    case 'plan':
      return subject.plan.text;
    case 'other':
      return `${tool} ${subject.input.text}`;
  }
}

export const SCOPE_WORDS: Readonly<Record<SuggestionScope, string>> = {
  session: 'in this session',
  project_local: 'in this project, for you',
  project: 'in this project, for everybody',
  user: 'in every project',
};

const VERDICTS = { allow: 'Allowed', deny: 'Denied', answer: 'Answered' } as const;
const PLAN_VERDICTS = { ...VERDICTS, allow: 'Accepted', deny: 'Kept planning' } as const;

const WITHDRAWN: Readonly<Record<Withdrawal, string>> = {
  expired: 'It waited long enough here. The terminal still asks.',
  let_go: 'The agent does not wait for an answer from here any more.',
  turn_over: 'Settled in the terminal: the turn was interrupted, or is over.',
  session_over: 'The session has ended.',
};

export type OverTone = 'good' | 'wait' | 'quiet';

/** Undefined while nobody has answered. */
export function overWords(
  { approval, outcome }: Card,
  myId: string | undefined,
): { readonly words: string; readonly tone: OverTone } | undefined {
  if (outcome === null) return { words: 'It is not asked here any more.', tone: 'quiet' };
  if (outcome === undefined) {
    if (approval.answered === null) return undefined;
    const words = `${verdictWords(approval, approval.answered, myId)}; waiting for the agent …`;
    return { words, tone: 'wait' };
  }
  return { words: outcomeWords(approval, outcome, myId), tone: toneOf(outcome) };
}

function outcomeWords(
  approval: Approval,
  outcome: ApprovalOutcome,
  myId: string | undefined,
): string {
  if (outcome.how === 'in_terminal') return 'Already answered in the terminal.';
  if (outcome.how === 'withdrawn') return WITHDRAWN[outcome.why];
  const words = verdictWords(approval, outcome.by, myId);
  if (outcome.isConfirmed) return `${words}.`;
  return `${words}, but nothing shows that the agent heard it. Look into the terminal.`;
}

function verdictWords({ kind }: Approval, by: Answered, myId: string | undefined): string {
  const verdict = (kind === 'plan' ? PLAN_VERDICTS : VERDICTS)[by.verdict];
  return `${verdict} by ${by.userId === myId ? 'you' : by.name}`;
}

function toneOf(outcome: ApprovalOutcome): OverTone {
  if (outcome.how !== 'answered') return 'quiet';
  return outcome.isConfirmed ? 'good' : 'wait';
}
