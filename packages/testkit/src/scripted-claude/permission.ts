/** Whether a tool may run: hooks, the mode, and a person who may answer in two places at once. */
import { decisionIn, preToolDecision } from './decision.ts';
import { dialogFor, type Answer, type ToolCall } from './dialogs.ts';
import type { Fields } from './hooks.ts';
import { asksFirst, suggestionsFor } from './tools.ts';
import { aborted, type World } from './world.ts';

export interface Asking {
  readonly world: World;
  /** Of a subagent; empty for the main conversation. */
  readonly agent: Fields;
  readonly signal: AbortSignal;
}

export type Verdict =
  | { readonly verdict: 'run'; readonly call: ToolCall }
  | { readonly verdict: 'denied'; readonly message: string }
  | { readonly verdict: 'interrupted' };

/** The dialog has been open so long that the person may have gone. */
const NOTIFY_AFTER_MS = 6_000;
const INTERRUPTED: Verdict = { verdict: 'interrupted' };
const MUST_ANSWER = ['AskUserQuestion', 'ExitPlanMode'];

export async function mayRun(call: ToolCall, id: string, asking: Asking): Promise<Verdict> {
  const { world, agent, signal } = asking;
  const fields = { ...agent, tool_name: call.tool, tool_input: call.input, tool_use_id: id };
  const told = preToolDecision(await world.hooks.fire('PreToolUse', fields));
  if (signal.aborted) return INTERRUPTED;
  if (told?.decision === 'deny') return { verdict: 'denied', message: told.reason };
  if (told?.decision === 'allow') {
    return { verdict: 'run', call: { ...call, input: { ...call.input, ...asFields(told.input) } } };
  }
  if (told?.decision !== 'ask' && !asksFirst(call, world.mode)) return { verdict: 'run', call };
  return judge(call, await answerOf(call, asking), asking);
}

function judge(call: ToolCall, answer: Answer | 'escape', { world, signal }: Asking): Verdict {
  if (answer === 'escape' || signal.aborted) return INTERRUPTED;
  // "No" in the terminal ends the turn; a hook's denial has words for the model, which goes on.
  if (answer.behavior === 'deny') {
    return answer.message === undefined
      ? INTERRUPTED
      : { verdict: 'denied', message: answer.message };
  }
  if (answer.mode !== undefined) {
    world.mode = answer.mode;
    world.statusLine.changed();
  }
  return { verdict: 'run', call: { ...call, input: answer.updatedInput ?? call.input } };
}

/** The hook and the dialog at the same time; a subagent's hook goes first, and its dialog waits. */
async function answerOf(call: ToolCall, asking: Asking): Promise<Answer | 'escape'> {
  const { world, agent, signal } = asking;
  const { tool: tool_name, input: tool_input } = call;
  const suggestions = MUST_ANSWER.includes(tool_name)
    ? {}
    : { permission_suggestions: suggestionsFor(call, world.directory) };
  const fields = { ...agent, tool_name, tool_input, ...suggestions };
  const hook = world.hooks.first('PermissionRequest', fields, (output) =>
    complete(call, decisionIn([output])),
  );
  const type = agent['agent_type'];
  if (type !== undefined) {
    const early = await Promise.race([hook, aborted(signal)]);
    if (early !== undefined || signal.aborted) return early ?? 'escape';
  }
  const hangUp = aborted(signal).then(() => 'escape' as const);
  const cancel = world.clock.after(NOTIFY_AFTER_MS, () => void notify(call, asking));
  try {
    const elsewhere = Promise.race([hook.then(orNever), hangUp]);
    return await world.activity.ask(
      dialogFor(call, typeof type === 'string' ? type : undefined),
      elsewhere,
    );
  } finally {
    cancel();
  }
}

/** An allow without the answers that a tool needs is as none: its dialog stays. */
function complete(
  { tool }: ToolCall,
  decision: Answer | 'escape' | undefined,
): Answer | 'escape' | undefined {
  const isBare =
    decision !== undefined &&
    decision !== 'escape' &&
    decision.behavior === 'allow' &&
    decision.updatedInput === undefined;
  return isBare && MUST_ANSWER.includes(tool) ? undefined : decision;
}

/** A hook that does not decide must not win a race. */
function orNever(decision: Answer | 'escape' | undefined): Promise<Answer | 'escape'> {
  return decision === undefined ? new Promise(() => {}) : Promise.resolve(decision);
}

async function notify({ tool }: ToolCall, { world, agent }: Asking): Promise<void> {
  await world.hooks.fire('Notification', {
    ...agent,
    message: `Claude needs your permission to use ${tool}`,
    notification_type: 'permission_prompt',
  });
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
