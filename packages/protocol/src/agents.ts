/**
 * What is known of the coding agent inside a session: what it does, since when, and how we know.
 * Everything here is for people, bounded, on one line and without control characters. Null means that
 * no signal has told it, which is ordinary: an agent tells its cost only once it has spent something.
 */
import { Type, type Static } from 'typebox';
import {
  CONVERSATION_CHARS_MAX,
  DOING_CHARS_MAX,
  EVIDENCE_CHARS_MAX,
  LAST_WORDS_CHARS_MAX,
  MODEL_CHARS_MAX,
  PERMISSION_MODE_CHARS_MAX,
  REASON_CHARS_MAX,
  SUBAGENTS_MAX,
  TITLE_CHARS_MAX,
} from './limits.ts';

/** Each state, and what it asks of a person: `person` needs one, `nobody` goes on by itself. */
export const AGENT_STATES = {
  /** The program runs and has not said anything yet. */
  starting: 'nobody',
  /** A dialog stands before the first prompt: trust, login, the first steps. */
  setup_blocked: 'person',
  /** Its turn is over; it waits for a prompt. */
  idle: 'nobody',
  working: 'nobody',
  compacting: 'nobody',
  /** It asks whether it may use a tool. */
  needs_permission: 'person',
  /** It asks a question with answers to choose from. */
  needs_answer: 'person',
  /** It shows a plan and waits for yes or no. */
  needs_plan: 'person',
  /** Another dialog waits: of an MCP server, of the sandbox, of a kind that we do not know. */
  needs_input: 'person',
  /** Its turn is over, and something that it started goes on. */
  background: 'nobody',
  /** A limit of the account ended its turn. */
  limited: 'person',
  /** A failure ended its turn. */
  error: 'person',
  /** A person ended its turn (Esc, Ctrl+C). */
  interrupted: 'nobody',
  /** The program has ended. */
  exited: 'nobody',
  /** It runs, and no signal says what it does. */
  unknown: 'nobody',
} as const satisfies Record<string, 'person' | 'nobody'>;

export type AgentState = keyof typeof AGENT_STATES;

/** Names of the states, in the order of the table. */
export const AGENT_STATE_NAMES = Object.keys(AGENT_STATES).filter(isAgentState);

function isAgentState(text: string): text is AgentState {
  return Object.hasOwn(AGENT_STATES, text);
}

export function needsPerson(state: AgentState): boolean {
  return AGENT_STATES[state] === 'person';
}

export const AgentState = Type.Unsafe<AgentState>(Type.String({ enum: [...AGENT_STATE_NAMES] }));

const EpochMs = Type.Integer({ minimum: 0 });

/** Text for people. What an agent says is a stranger's: the worker cleans it, the page escapes it. */
function words(maxLength: number) {
  return Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$' });
}

function orNull<T extends ReturnType<typeof words> | typeof EpochMs>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** Which kind of signal told it. docs/AGENTS.md says what each can and cannot know. */
export const SignalSource = Type.Union([
  Type.Literal('hook'),
  Type.Literal('registry'),
  Type.Literal('status_line'),
  Type.Literal('transcript'),
  Type.Literal('screen'),
  Type.Literal('process'),
]);
export type SignalSource = Static<typeof SignalSource>;

export const Evidence = Type.Object(
  {
    signal: SignalSource,
    /** What was seen, as "PermissionRequest" or "waiting: permission prompt". */
    what: words(EVIDENCE_CHARS_MAX),
    atMs: EpochMs,
  },
  { additionalProperties: false },
);
export type Evidence = Readonly<Static<typeof Evidence>>;

/** certain: told by who knows it. likely: concluded. guess: read from a screen, or long ago. */
export const Confidence = Type.Union([
  Type.Literal('certain'),
  Type.Literal('likely'),
  Type.Literal('guess'),
]);
export type Confidence = Static<typeof Confidence>;

/**
 * none: a program that has no hooks. waiting: none has been heard yet. alive: heard. inactive: the
 * agent runs and its hooks stay silent (a directory that is not trusted, a policy), so that less is known.
 */
export const HooksState = Type.Union([
  Type.Literal('none'),
  Type.Literal('waiting'),
  Type.Literal('alive'),
  Type.Literal('inactive'),
]);
export type HooksState = Static<typeof HooksState>;

/** Which dialog stands before the first prompt. */
export const SetupDialog = Type.Union([
  Type.Literal('trust'),
  Type.Literal('login'),
  Type.Literal('api_key'),
  Type.Literal('onboarding'),
  Type.Literal('other'),
]);
export type SetupDialog = Static<typeof SetupDialog>;

export const AgentStatus = Type.Object(
  {
    state: AgentState,
    /** When this state began. */
    sinceMs: EpochMs,
    /** Why we say so, in words: "asks to run Bash". */
    reason: words(REASON_CHARS_MAX),
    /** The signal that told it. */
    evidence: Evidence,
    confidence: Confidence,
    /** Of setup_blocked; null in every other state. */
    dialog: Type.Union([SetupDialog, Type.Null()]),
    /** The tool it uses or asks for, with the gist of its input; null between tools. */
    doing: orNull(words(DOING_CHARS_MAX)),
    /** How its last turn ended, in its own words. */
    lastWords: orNull(words(LAST_WORDS_CHARS_MAX)),
    /** Its own title of the conversation; the program's (OSC 0, 2) is in the session. */
    title: orNull(words(TITLE_CHARS_MAX)),
    /** Agents that it started and that have not ended. */
    subagents: Type.Integer({ minimum: 0, maximum: SUBAGENTS_MAX }),
    model: orNull(words(MODEL_CHARS_MAX)),
    /** In the agent's own word: default, plan, acceptEdits, auto, dontAsk, bypassPermissions … */
    permissionMode: orNull(words(PERMISSION_MODE_CHARS_MAX)),
    /** How much of the context window is used. */
    contextPercent: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()]),
    /** Of this conversation, as the agent itself estimates it. */
    costUsd: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
    /** Of limited, where the agent says when it ends; null in every other state. */
    limitEndsAtMs: orNull(EpochMs),
    hooks: HooksState,
  },
  { additionalProperties: false },
);
export type AgentStatus = Readonly<Static<typeof AgentStatus>>;

/** The agent's own id of its conversation, by which it can be resumed; a UUID where Claude chose it. */
export const ConversationId = Type.String({
  minLength: 1,
  maxLength: CONVERSATION_CHARS_MAX,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]*$',
});

/** How much an agent may do without asking; which ones there are, its profile says. */
export const PermissionMode = Type.String({
  maxLength: PERMISSION_MODE_CHARS_MAX,
  pattern: '^[A-Za-z][A-Za-z_-]*$',
});

/** It travels as one argument of a program, behind an option: it must not look like one itself. */
export const ModelName = Type.String({
  maxLength: MODEL_CHARS_MAX,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._:@/\\[\\]-]*$',
});
