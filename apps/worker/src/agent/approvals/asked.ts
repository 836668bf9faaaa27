/** From what the hook PermissionRequest was told to what a person is shown; what is not understood is not held. */
import type { Approval, Question, Subject } from '@dashboard/protocol/approvals';
import {
  APPROVAL_LINE_CHARS_MAX,
  APPROVAL_OPTIONS_MAX,
  APPROVAL_QUESTIONS_MAX,
  PATH_CHARS_MAX,
} from '@dashboard/protocol/limits';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { hookSignal, parseHookInput } from '../claude/hook-input.ts';
import type { HeldRequest } from '../decider.ts';
import { words, type HookSignal } from '../state/index.ts';
import { offersIn, PLAN_OFFERS, type Offer } from './suggestions.ts';
import { longText, visible } from './visible.ts';

export interface Asked {
  readonly shown: Pick<Approval, 'kind' | 'tool' | 'subject' | 'directory' | 'subagent'>;
  /** The questions as Claude put them, whose words the answers have to name. */
  readonly questions: readonly RawQuestion[];
  /** As Claude gave it, to be given back. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly offers: readonly Offer[];
  /** By which later hooks about the same tool are known. */
  readonly signal: HookSignal;
}

const Body = Type.Object({
  tool_name: Type.String({ minLength: 1 }),
  tool_input: Type.Record(Type.String(), Type.Unknown()),
  permission_suggestions: Type.Optional(Type.Array(Type.Unknown())),
  cwd: Type.Optional(Type.String()),
  agent_type: Type.Optional(Type.String()),
});

const RawQuestion = Type.Object({
  question: Type.String({ minLength: 1 }),
  header: Type.Optional(Type.String()),
  options: Type.Array(
    Type.Object({
      label: Type.String({ minLength: 1 }),
      description: Type.Optional(Type.String()),
    }),
    { maxItems: APPROVAL_OPTIONS_MAX },
  ),
  multiSelect: Type.Optional(Type.Boolean()),
});
export type RawQuestion = Static<typeof RawQuestion>;

const Questions = Type.Object({
  questions: Type.Array(RawQuestion, { minItems: 1, maxItems: APPROVAL_QUESTIONS_MAX }),
});
const Plan = Type.Object({ plan: Type.String() });
/** Closed: a field that is not known could change what the tool does, and is then shown with all others. */
const closed = { additionalProperties: false };
const FilePath = Type.String({ maxLength: PATH_CHARS_MAX });
const Command = Type.Object(
  {
    command: Type.String(),
    description: Type.Optional(Type.String()),
    timeout: Type.Optional(Type.Number()),
    run_in_background: Type.Optional(Type.Boolean()),
  },
  closed,
);
const Edit = Type.Object(
  {
    file_path: FilePath,
    old_string: Type.String(),
    new_string: Type.String(),
    replace_all: Type.Optional(Type.Boolean()),
  },
  closed,
);
const Write = Type.Object({ file_path: FilePath, content: Type.String() }, closed);

type AskedBy = Pick<HeldRequest, 'event' | 'body' | 'order' | 'askedAtMs'>;

/** @returns undefined where a person could not be shown what it is about: the terminal asks alone */
export function readAsked({ event, body, order, askedAtMs }: AskedBy): Asked | undefined {
  const input = parseHookInput(body);
  if (event !== 'PermissionRequest' || input === undefined) return undefined;
  if (!Value.Check(Body, body)) return undefined;
  const { tool_name: tool, cwd, agent_type, tool_input, permission_suggestions = [] } = body;
  const about = aboutOf(tool, tool_input);
  if (about === undefined) return undefined;
  const signal = { ...hookSignal(event, input, askedAtMs), order };
  const { questions = [], ...kindAndSubject } = about;
  return {
    shown: {
      ...kindAndSubject,
      tool: line(tool),
      directory: cwd === undefined ? null : pathOf(cwd),
      subagent: signal.subagent === null ? null : line(agent_type ?? 'subagent'),
    },
    questions,
    input: tool_input,
    offers: about.kind === 'plan' ? PLAN_OFFERS : offersIn(permission_suggestions),
    signal,
  };
}

type About = Pick<Approval, 'kind' | 'subject'> & { readonly questions?: readonly RawQuestion[] };

function aboutOf(tool: string, input: Asked['input']): About | undefined {
  switch (tool) {
    case 'AskUserQuestion': {
      if (!Value.Check(Questions, input)) return undefined;
      const { questions } = input;
      const shown = questions.map(shownQuestion);
      return { kind: 'question', subject: { is: 'question', questions: shown }, questions };
    }
    case 'ExitPlanMode':
      if (!Value.Check(Plan, input)) return undefined;
      return { kind: 'plan', subject: { is: 'plan', plan: longText(input.plan) } };
    default:
      return { kind: 'permission', subject: subjectOf(tool, input) };
  }
}

function subjectOf(tool: string, input: Asked['input']): Subject {
  if (tool === 'Bash' && Value.Check(Command, input)) {
    const { command, description = '' } = input;
    return { is: 'command', command: longText(command), description: line(description) };
  }
  if (tool === 'Edit' && Value.Check(Edit, input)) {
    const [before, after] = [longText(input.old_string), longText(input.new_string)];
    const isEverywhere = input.replace_all ?? false;
    return { is: 'edit', path: pathOf(input.file_path), before, after, isEverywhere };
  }
  if (tool === 'Write' && Value.Check(Write, input)) {
    return { is: 'write', path: pathOf(input.file_path), content: longText(input.content) };
  }
  return { is: 'other', input: longText(JSON.stringify(input, undefined, 2)) };
}

function shownQuestion({ question, header, options, multiSelect }: RawQuestion): Question {
  return {
    question: line(question),
    header: line(header ?? ''),
    options: options.map(({ label, description }) => ({
      label: line(label),
      description: line(description ?? ''),
    })),
    isMultiple: multiSelect ?? false,
  };
}

/** As it is shown, so that what a page sends back can be told from a person's own words. */
export function line(text: string): string {
  return words(text, APPROVAL_LINE_CHARS_MAX);
}

function pathOf(path: string): string {
  return visible(path).slice(0, PATH_CHARS_MAX);
}
