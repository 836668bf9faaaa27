/** How a question ended, for whoever answers too late. */
import type { Answered, ApprovalOutcome, Withdrawal } from '@dashboard/protocol/approvals';

const VERDICTS = { allow: 'allowed it', deny: 'denied it', answer: 'answered it' } as const;

const WITHDRAWN: Readonly<Record<Withdrawal, string>> = {
  expired: 'it waited long enough; only the terminal asks now',
  let_go: 'the agent does not wait for an answer from here any more',
  turn_over: 'the turn of the agent is over',
  session_over: 'the session has ended',
};

export function answeredWords({ name, verdict }: Answered): string {
  return `${name} ${VERDICTS[verdict]} first`;
}

export function outcomeWords(outcome: ApprovalOutcome): string {
  switch (outcome.how) {
    case 'answered':
      return answeredWords(outcome.by);
    case 'in_terminal':
      return 'it was answered in the terminal';
    case 'withdrawn':
      return WITHDRAWN[outcome.why];
  }
}
