/** What each hook of Claude Code says about the state. A hook without a row says nothing about it. */
import type { AgentState } from '@dashboard/protocol/agents';
import { LATE_HOOK_MS } from '../limits.ts';
import { enter, type Finding, type Mind } from './mind.ts';
import type { HookSignal, Tool } from './signals.ts';

/** Tools that ask a person by themselves, and what they then wait for. */
const ASKING: Readonly<Record<string, AgentState>> = {
  AskUserQuestion: 'needs_answer',
  ExitPlanMode: 'needs_plan',
};

export function isWaiting(state: AgentState): boolean {
  return state.startsWith('needs_');
}

/** A turn goes on, as far as hooks have told. */
function isInTurn({ status: { state }, turnEnd }: Mind): boolean {
  return turnEnd === null && (state === 'working' || state === 'compacting' || isWaiting(state));
}

/** What a dialog about this tool asks of a person. */
export function askedBy(tool: Tool | null): { state: AgentState; reason: string } {
  const state = ASKING[tool?.name ?? ''] ?? 'needs_permission';
  if (state === 'needs_answer') return { state, reason: 'asks a question' };
  if (state === 'needs_plan') return { state, reason: 'shows a plan and waits for an answer' };
  return { state, reason: tool === null ? 'asks for permission' : `asks to use ${tool.name}` };
}

/**
 * Hooks that the agent goes on without having told: they cost it next to nothing, and arrive in any
 * order. They bring news, and no end of anything that another hook does not tell as well.
 */
export const TOLD_ASIDE: ReadonlySet<string> = new Set([
  ...['PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'Elicitation'],
]);

/** Of what is told aside: something that began later has been told already. */
export function isOvertaken({ order }: Mind, hook: HookSignal): boolean {
  if (order === null || hook.order === null || !TOLD_ASIDE.has(hook.event)) return false;
  return hook.order < order;
}

type Rule = (mind: Mind, hook: HookSignal) => Pick<Finding, 'state' | 'reason'> | undefined;

const working = (reason: string): Rule => {
  return () => ({ state: 'working', reason });
};
const idle = (reason: string): Rule => {
  return () => ({ state: 'idle', reason });
};

const usesTool: Rule = (_mind, { tool }) =>
  tool?.name === 'AskUserQuestion'
    ? askedBy(tool)
    : { state: 'working', reason: `uses ${tool?.name ?? 'a tool'}` };

const failedTool: Rule = (_mind, { tool, isInterrupt }) =>
  isInterrupt
    ? { state: 'interrupted', reason: 'a person interrupted it' }
    : { state: 'working', reason: `${tool?.name ?? 'a tool'} failed, and it goes on` };

const turnEnds: Rule = (_mind, { tasks }) =>
  tasks === 0
    ? { state: 'idle', reason: 'its turn is over' }
    : { state: 'background', reason: `its turn is over, and ${tasks} of its tasks go on` };

const turnFails: Rule = (_mind, { kind, words: told }) => {
  const isLimit = kind === 'rate_limit' || kind === 'billing_error';
  const cause = (kind ?? 'unknown').replaceAll('_', ' ');
  return { state: isLimit ? 'limited' : 'error', reason: told ?? `its turn failed: ${cause}` };
};

const notifies: Rule = ({ status, tool }, { kind }) => {
  switch (kind) {
    case 'permission_prompt':
      // Comes seconds after the dialog; what the dialog is about has been told before.
      return isWaiting(status.state) ? undefined : askedBy(tool);
    case 'idle_prompt':
      return status.state === 'working'
        ? { state: 'idle', reason: 'waits for a prompt' }
        : undefined;
    case 'elicitation_dialog':
    case 'elicitation_url_dialog':
      return { state: 'needs_input', reason: 'an MCP server asks something' };
    case 'elicitation_complete':
    case 'elicitation_response':
      return { state: 'working', reason: 'an MCP server was answered' };
    default:
      return undefined;
  }
};

const RULES: Readonly<Record<string, Rule>> = {
  SessionStart: (_mind, { kind }) =>
    // In the midst of a turn the context was compacted, and the turn goes on.
    kind === 'compact'
      ? undefined
      : { state: 'idle', reason: 'has started and waits for a prompt' },
  UserPromptSubmit: working('was given a prompt'),
  PreToolUse: usesTool,
  PostToolUse: working('has used a tool'),
  PostToolUseFailure: failedTool,
  PermissionDenied: working('was denied a tool by its own rules, and goes on'),
  PermissionRequest: (_mind, { tool }) => askedBy(tool),
  Notification: notifies,
  Elicitation: () => ({ state: 'needs_input', reason: 'an MCP server asks something' }),
  ElicitationResult: working('an MCP server was answered'),
  PreCompact: () => ({ state: 'compacting', reason: 'makes its context shorter' }),
  PostCompact: ({ turnEnd }) =>
    turnEnd === null
      ? { state: 'working', reason: 'has made its context shorter' }
      : { state: 'idle', reason: 'has made its context shorter' },
  Stop: turnEnds,
  StopFailure: turnFails,
  SessionEnd: idle('has closed the conversation'),
};

/** They say that a turn goes on, and may arrive after it was interrupted. */
const MAY_BE_LATE = new Set([
  ...['PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'PermissionDenied', 'Notification'],
  ...['ElicitationResult', 'PostCompact'],
]);

export function afterHook(mind: Mind, hook: HookSignal): Mind {
  const rule = RULES[hook.event];
  // A subagent's tools are not what the agent does; its questions are a person's all the same.
  if (rule === undefined || (hook.subagent !== null && hook.event !== 'PermissionRequest')) {
    return mind;
  }
  if (isLate(mind, hook)) return mind;
  const found = rule(mind, hook);
  if (found === undefined) return remember(mind, hook, undefined);
  const finding: Finding = {
    ...found,
    evidence: { signal: 'hook', what: whatOf(hook), atMs: hook.atMs },
    confidence: 'certain',
    limitEndsAtMs: found.state === 'limited' ? mind.limitEndsAtMs : null,
  };
  const heldAsks = hook.subagent === null ? mind.heldAsks : finding;
  const promptWaits = hook.event === 'UserPromptSubmit' ? isInTurn(mind) : mind.promptWaits;
  return remember({ ...enter(mind, finding), heldAsks, promptWaits }, hook, finding);
}

function whatOf({ event, kind }: HookSignal): string {
  return kind === null ? event : `${event}: ${kind}`;
}

/** After an interrupt, only a new prompt or the registry says that it works again. */
function isLate({ status, registry }: Mind, hook: HookSignal): boolean {
  if (status.state !== 'interrupted' || !MAY_BE_LATE.has(hook.event)) return false;
  return registry?.what === 'idle' || hook.atMs - status.evidence.atMs < LATE_HOOK_MS;
}

/** While a dialog waits, other tools of the same message may still begin and end. */
export function isOfAnotherTool({ status, registry, tool }: Mind, hook: HookSignal): boolean {
  if (!isWaiting(status.state) || registry?.what !== 'waiting') return false;
  if (hook.event !== 'PreToolUse' && hook.event !== 'PostToolUse') return false;
  return tool?.name !== hook.tool?.name || tool?.gist !== hook.tool?.gist;
}

const TURN_ENDS = new Set(['Stop', 'StopFailure', 'SessionStart', 'SessionEnd']);
const TURN_BEGINS = new Set(['UserPromptSubmit', 'PreToolUse']);

/** How the turn ended, so that a registry that says "idle" afterwards says nothing new. */
function remember(mind: Mind, hook: HookSignal, finding: Finding | undefined): Mind {
  if (TURN_BEGINS.has(hook.event)) return { ...mind, turnEnd: null };
  if (finding === undefined) return mind;
  const isEnd = TURN_ENDS.has(hook.event) || finding.state === 'interrupted';
  // Compaction that a person asked for is no turn; the agent's own is in the midst of one.
  const isByHand = hook.event === 'PreCompact' && hook.kind === 'manual';
  if (isByHand) return { ...mind, turnEnd: { ...finding, state: 'idle', reason: 'has compacted' } };
  return isEnd ? { ...mind, turnEnd: finding } : mind;
}
