/**
 * What an agent asks a person, and what a person may answer. The agent's own dialog stands in its
 * terminal all the while: the first answer counts, and nobody's silence is one. All text is a
 * stranger's: bounded and made visible by the worker, escaped by the page.
 */
import { Type, type Static, type TSchema } from 'typebox';
import { ApprovalIdSchema, SessionIdSchema, UserIdSchema } from './ids.ts';
import {
  APPROVAL_LINE_CHARS_MAX,
  APPROVAL_MESSAGE_CHARS_MAX,
  APPROVAL_OPTIONS_MAX,
  APPROVAL_QUESTIONS_MAX,
  APPROVAL_SUGGESTIONS_MAX,
  APPROVAL_TEXT_CHARS_MAX,
  PATH_CHARS_MAX,
  USER_NAME_CHARS_MAX,
} from './limits.ts';

const EpochMs = Type.Integer({ minimum: 0 });
const Line = Type.String({ maxLength: APPROVAL_LINE_CHARS_MAX });
const Path = Type.String({ maxLength: PATH_CHARS_MAX });

function closed<T extends Record<string, TSchema>>(properties: T) {
  return Type.Object(properties, { additionalProperties: false });
}

/** Several lines; `cutChars` says how many characters at its end are not told. */
const LongText = closed({
  text: Type.String({ maxLength: APPROVAL_TEXT_CHARS_MAX }),
  cutChars: Type.Integer({ minimum: 0 }),
});
export type LongText = Readonly<Static<typeof LongText>>;

const Question = closed({
  question: Line,
  header: Line,
  options: Type.Array(closed({ label: Line, description: Line }), {
    maxItems: APPROVAL_OPTIONS_MAX,
  }),
  isMultiple: Type.Boolean(),
});
export type Question = Readonly<Static<typeof Question>>;

/** What it is about, by what the tool takes; `other` is a tool's input as indented JSON. */
export const Subject = Type.Union([
  closed({ is: Type.Literal('command'), command: LongText, description: Line }),
  closed({
    is: Type.Literal('edit'),
    path: Path,
    before: LongText,
    after: LongText,
    /** Wherever `before` stands, not only once. */
    isEverywhere: Type.Boolean(),
  }),
  closed({ is: Type.Literal('write'), path: Path, content: LongText }),
  closed({
    is: Type.Literal('question'),
    questions: Type.Array(Question, { minItems: 1, maxItems: APPROVAL_QUESTIONS_MAX }),
  }),
  closed({ is: Type.Literal('plan'), plan: LongText }),
  closed({ is: Type.Literal('other'), input: LongText }),
]);
export type Subject = Readonly<Static<typeof Subject>>;

/** How far a suggestion reaches, nearest first; the last three are written into Claude's settings. */
export const SuggestionScope = Type.Union([
  Type.Literal('session'),
  Type.Literal('project_local'),
  Type.Literal('project'),
  Type.Literal('user'),
]);
export type SuggestionScope = Static<typeof SuggestionScope>;

/** Allows more than this once. */
export const Suggestion = closed({ label: Line, scope: SuggestionScope });
export type Suggestion = Readonly<Static<typeof Suggestion>>;

const Place = Type.Integer({ minimum: 0, maximum: APPROVAL_SUGGESTIONS_MAX - 1 });
const Message = Type.String({ minLength: 1, maxLength: APPROVAL_MESSAGE_CHARS_MAX });

/**
 * allow: this once, or with a suggestion by its place; a plan is accepted by it. deny: with words for
 * the agent or without; a plan is kept on by it. answer: of each question, in order, the labels that
 * are chosen, or words of one's own.
 */
export const ApprovalAnswer = Type.Union([
  closed({ verdict: Type.Literal('allow'), suggestion: Type.Optional(Place) }),
  closed({ verdict: Type.Literal('deny'), message: Type.Optional(Message) }),
  closed({
    verdict: Type.Literal('answer'),
    answers: Type.Array(Type.Array(Message, { minItems: 1, maxItems: APPROVAL_OPTIONS_MAX + 1 }), {
      minItems: 1,
      maxItems: APPROVAL_QUESTIONS_MAX,
    }),
  }),
]);
export type ApprovalAnswer = Readonly<Static<typeof ApprovalAnswer>>;
export type Verdict = ApprovalAnswer['verdict'];

/** Who answered from here, and when. */
export const Answered = closed({
  userId: UserIdSchema,
  name: Type.String({ maxLength: USER_NAME_CHARS_MAX }),
  verdict: Type.Union([Type.Literal('allow'), Type.Literal('deny'), Type.Literal('answer')]),
  atMs: EpochMs,
});
export type Answered = Readonly<Static<typeof Answered>>;

export const Approval = closed({
  id: ApprovalIdSchema,
  session: SessionIdSchema,
  /** permission: may it use a tool. question: which answer. plan: may it begin. */
  kind: Type.Union([Type.Literal('permission'), Type.Literal('question'), Type.Literal('plan')]),
  /** As the agent calls it: Bash, Edit, mcp__server__tool … */
  tool: Line,
  subject: Subject,
  /** Where the agent works now; null where it did not say. */
  directory: Type.Union([Path, Type.Null()]),
  /** The kind of subagent that asks; null when the agent itself does. */
  subagent: Type.Union([Line, Type.Null()]),
  askedAtMs: EpochMs,
  /** Until then it can be answered from here. Afterwards the terminal asks alone; nothing is decided. */
  expiresAtMs: EpochMs,
  suggestions: Type.Array(Suggestion, { maxItems: APPROVAL_SUGGESTIONS_MAX }),
  /** Answered from here, and the agent has not shown yet that it heard it. */
  answered: Type.Union([Answered, Type.Null()]),
});
export type Approval = Readonly<Static<typeof Approval>>;

/** Why a question was withdrawn without an answer that is known. */
export const WITHDRAWALS = [
  /** It waited long enough; the terminal asks alone. */
  'expired',
  /** The agent ended its question, or the wait for an answer, by itself. */
  'let_go',
  /** Its turn was interrupted, or is over. */
  'turn_over',
  'session_over',
] as const;
export type Withdrawal = (typeof WITHDRAWALS)[number];

/** answered: from here; isConfirmed when the agent has shown that it heard it. */
export const ApprovalOutcome = Type.Union([
  closed({ how: Type.Literal('answered'), by: Answered, isConfirmed: Type.Boolean() }),
  closed({ how: Type.Literal('in_terminal') }),
  closed({
    how: Type.Literal('withdrawn'),
    why: Type.Unsafe<Withdrawal>(Type.String({ enum: [...WITHDRAWALS] })),
  }),
]);
export type ApprovalOutcome = Readonly<Static<typeof ApprovalOutcome>>;
