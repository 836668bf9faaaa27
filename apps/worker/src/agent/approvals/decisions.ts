/** From a person's answer to what the hook prints: the decisions of Claude Code's PermissionRequest. */
import type { ApprovalAnswer } from '@dashboard/protocol/approvals';
import { DashboardError } from '@dashboard/protocol/errors';
import { line, type Asked, type RawQuestion } from './asked.ts';
import { PLAN_ACCEPTED, type PermissionUpdate } from './suggestions.ts';

interface Decision {
  readonly behavior: 'allow' | 'deny';
  readonly updatedInput?: Readonly<Record<string, unknown>>;
  readonly updatedPermissions?: readonly PermissionUpdate[];
  readonly message?: string;
}

/** For the agent, where the person gave no reason. */
const DENIED = {
  permission:
    'The person denied this. Do not try it again in another way; go on without it or ask.',
  question: 'The person does not want to answer this.',
  plan: 'The person wants to keep planning.',
} as const;

/** @throws DashboardError invalid_request when this is no answer to what is asked */
export function decisionOf(asked: Asked, answer: ApprovalAnswer): unknown {
  return {
    hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: decide(asked, answer) },
  };
}

function decide(asked: Asked, answer: ApprovalAnswer): Decision {
  const { kind } = asked.shown;
  if (answer.verdict === 'deny') {
    return { behavior: 'deny', message: answer.message ?? DENIED[kind] };
  }
  if (answer.verdict === 'answer') {
    return {
      behavior: 'allow',
      updatedInput: { ...asked.input, answers: answersIn(asked, answer) },
    };
  }
  // An allow without answers would be taken for answers that are empty.
  if (kind === 'question') throw wrong('a question wants an answer');
  const { suggestion } = answer;
  const update = suggestion === undefined ? undefined : asked.offers[suggestion]?.update;
  if (suggestion !== undefined && update === undefined) throw wrong('there is no such suggestion');
  if (kind === 'plan') {
    // Without its input given back, the allow is not heard.
    const updatedPermissions = [update ?? PLAN_ACCEPTED];
    return { behavior: 'allow', updatedInput: asked.input, updatedPermissions };
  }
  return { behavior: 'allow', ...(update === undefined ? {} : { updatedPermissions: [update] }) };
}

type Answers = Extract<ApprovalAnswer, { verdict: 'answer' }>;

function answersIn({ questions }: Asked, { answers }: Answers): Record<string, string> {
  if (questions.length === 0) throw wrong('nothing is asked that takes an answer');
  if (answers.length !== questions.length) {
    throw wrong(`${questions.length} answers are wanted, not ${answers.length}`);
  }
  return Object.fromEntries(
    questions.map((question, place) => [question.question, chosen(question, answers[place] ?? [])]),
  );
}

function chosen({ options, multiSelect = false }: RawQuestion, texts: readonly string[]): string {
  if (texts.length > 1 && !multiSelect) throw wrong('this question takes one answer');
  const labels = texts.map((text) => options.find(({ label }) => line(label) === text)?.label);
  return labels.map((label, place) => label ?? texts[place]).join(', ');
}

function wrong(message: string): DashboardError {
  return new DashboardError('invalid_request', message);
}
