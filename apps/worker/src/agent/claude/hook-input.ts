/** What Claude Code tells its hooks, parsed at the border: all of it may be missing or be new. */
import { ConversationId } from '@dashboard/protocol/agents';
import { DOING_CHARS_MAX, LAST_WORDS_CHARS_MAX } from '@dashboard/protocol/limits';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { HookSignal, Tool } from '../state/index.ts';
import { words, wordsOrNull } from '../state/index.ts';

const Text = Type.Optional(Type.String());

/** Fields of every event in one: which ones an event has is Claude's business, and changes. */
const HookInput = Type.Object({
  session_id: Text,
  transcript_path: Text,
  permission_mode: Text,
  agent_id: Text,
  tool_name: Text,
  tool_input: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  source: Text,
  trigger: Text,
  reason: Text,
  notification_type: Text,
  message: Text,
  error: Text,
  error_details: Text,
  is_interrupt: Type.Optional(Type.Boolean()),
  last_assistant_message: Text,
  model: Text,
  prompt: Text,
  background_tasks: Type.Optional(Type.Array(Type.Unknown())),
});
export type HookInput = Readonly<Static<typeof HookInput>>;

const Task = Type.Object({ status: Type.String() });

/** Which field of a tool's input says most about it, the first that is there. */
const GIST = [
  ...['command', 'file_path', 'notebook_path', 'pattern', 'url', 'query', 'description', 'skill'],
  ...['path', 'plan', 'prompt'],
];
const Questions = Type.Object({
  questions: Type.Array(Type.Object({ question: Type.String() }), { minItems: 1 }),
});

/** @returns undefined when it is none: of such a hook no more is known than its name */
export function parseHookInput(body: unknown): HookInput | undefined {
  return Value.Check(HookInput, body) ? body : undefined;
}

export function isOfSubagent(body: unknown): boolean {
  return parseHookInput(body)?.agent_id !== undefined;
}

export function hookSignal(event: string, input: HookInput | undefined, atMs: number): HookSignal {
  const known = input ?? {};
  const { session_id: conversation, tool_name: name } = known;
  return {
    from: 'hook',
    atMs,
    order: null,
    event,
    conversation: Value.Check(ConversationId, conversation) ? conversation : null,
    permissionMode: wordsOrNull(known.permission_mode, 32),
    subagent: wordsOrNull(known.agent_id, 64),
    tool: name === undefined ? null : toolOf(name, known.tool_input),
    kind: wordsOrNull(kindOf(event, known), 40),
    words: wordsOrNull(known.last_assistant_message ?? known.error_details, LAST_WORDS_CHARS_MAX),
    model: wordsOrNull(known.model, 128),
    prompt: event === 'UserPromptSubmit' ? (known.prompt ?? null) : null,
    tasks: (known.background_tasks ?? []).filter(isRunning).length,
    isInterrupt: known.is_interrupt ?? false,
  };
}

function toolOf(name: string, input: HookInput['tool_input']): Tool {
  return { name: words(name, 64), gist: words(gistOf(input ?? {}), DOING_CHARS_MAX) };
}

function gistOf(input: Readonly<Record<string, unknown>>): string {
  if (Value.Check(Questions, input)) return input.questions[0]?.question ?? '';
  for (const field of GIST) {
    const value = input[field];
    if (typeof value === 'string') return value;
  }
  return '';
}

function kindOf(event: string, input: HookInput): string | undefined {
  switch (event) {
    case 'SessionStart':
      return input.source;
    case 'SessionEnd':
      return input.reason;
    case 'Notification':
      return input.notification_type;
    case 'StopFailure':
      return input.error;
    case 'PreCompact':
    case 'PostCompact':
      return input.trigger;
    default:
      return undefined;
  }
}

function isRunning(task: unknown): boolean {
  return Value.Check(Task, task) && task.status === 'running';
}
