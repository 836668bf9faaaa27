/**
 * Signals in, state out: the one place that decides what an agent is said to do. Pure, so that any
 * order of signals can be tried. What holds, whatever arrives:
 *   - the end of the process overrides everything, and nothing but a new start follows it;
 *   - the registry overrides a hook that is older than HOOK_FRESH_MS, or what was written after it;
 *   - a hook that another one has overtaken changes nothing;
 *   - while a subagent's question is held here, a person is needed, whatever else goes on;
 *   - after an interrupt, nothing that was under way makes it "working" again;
 *   - a state that nothing bears out becomes doubtful, and then unknown.
 */
import type { SetupDialog } from '@dashboard/protocol/agents';
import { DOING_CHARS_MAX, LAST_WORDS_CHARS_MAX, SUBAGENTS_MAX } from '@dashboard/protocol/limits';
import {
  DOUBTFUL_AFTER_MS,
  HOOKS_SILENT_MS,
  LATE_HOOK_MS,
  STARTING_MS,
  UNKNOWN_AFTER_MS,
} from '../limits.ts';
import { afterHook, isOfAnotherTool, isOvertaken, isWaiting } from './hook-rules.ts';
import { beginning, enter, withStatus, type Finding, type Mind } from './mind.ts';
import { settleWithRegistry, takeRegistry } from './registry-rules.ts';
import type {
  HookSignal,
  ProcessSignal,
  ScreenSignal,
  Signal,
  StatusLineSignal,
  Tool,
  TranscriptSignal,
} from './signals.ts';
import { words, wordsOrNull } from './words.ts';

export function reduce(mind: Mind, signal: Signal): Mind {
  if (signal.from === 'process') return afterProcess(mind, signal);
  if (mind.status.state === 'exited') return mind;
  return settle(take(mind, signal), signal.atMs);
}

function take(mind: Mind, signal: Exclude<Signal, ProcessSignal>): Mind {
  switch (signal.from) {
    case 'hook':
      return isOvertaken(mind, signal) ? mind : takeHook(inOrder(mind, signal), signal);
    case 'registry':
      return takeRegistry(mind, signal);
    case 'status_line':
      return afterStatusLine(mind, signal);
    case 'transcript':
      return afterTranscript(mind, signal);
    case 'held':
      return { ...mind, held: signal.count, heldAsks: signal.count === 0 ? null : mind.heldAsks };
    case 'screen':
      return afterScreen(mind, signal);
    case 'clock':
      return mind;
  }
}

function inOrder(mind: Mind, { order }: HookSignal): Mind {
  return order === null ? mind : { ...mind, order: Math.max(order, mind.order ?? order) };
}

function takeHook(mind: Mind, hook: HookSignal): Mind {
  return isOfAnotherTool(mind, hook)
    ? withFactsOf(mind, hook, mind.tool)
    : afterHook(withFactsOf(mind, hook, toolAfter(mind.tool, hook)), hook);
}

function afterProcess(mind: Mind, { what, reason, atMs }: ProcessSignal): Mind {
  const evidence = { signal: 'process', what, atMs } as const;
  if (what === 'ended') {
    const over = withStatus(mind, { doing: null, subagents: 0 });
    const words = reason ?? 'the program has ended';
    return enter(
      { ...over, registry: null, subagents: [], held: 0, heldAsks: null, tool: null },
      { state: 'exited', reason: words, evidence, confidence: 'certain' },
    );
  }
  const hasHooks = mind.status.hooks !== 'none';
  // It goes on in the same conversation, of which this holds until it is told anew.
  const { model, contextPercent, costUsd } = mind.status;
  const begun = withStatus(
    { ...beginning(atMs, hasHooks), conversation: mind.conversation },
    { model, contextPercent, costUsd },
  );
  if (what === 'launched' && hasHooks) {
    return enter(begun, {
      state: 'starting',
      reason: 'the program runs and has told nothing yet',
      evidence,
      confidence: 'certain',
    });
  }
  const isAdopted = what === 'adopted';
  return enter(
    { ...begun, isAdopted },
    {
      state: 'unknown',
      reason: isAdopted ? 'it ran before this worker did, and has told nothing since' : 'it runs',
      evidence,
      confidence: 'certain',
    },
  );
}

/** What every hook tells besides the state. */
function withFactsOf(mind: Mind, hook: HookSignal, tool: Tool | null): Mind {
  // The registry may have told of another conversation before the hook does.
  const isOther = hook.kind === 'clear' || hook.conversation !== mind.conversation;
  const isNew = hook.event === 'SessionStart' && isOther;
  const fresh = isNew ? { contextPercent: null, costUsd: null, title: null, lastWords: null } : {};
  const subagents = subagentsAfter(mind.subagents, hook);
  const lastWords = wordsOrNull(hook.event === 'Stop' ? hook.words : null, LAST_WORDS_CHARS_MAX);
  const { status } = mind;
  return withStatus(
    { ...mind, tool, subagents, conversation: hook.conversation ?? mind.conversation },
    {
      ...fresh,
      hooks: status.hooks === 'none' ? 'none' : 'alive',
      doing: tool === null ? null : doingOf(tool),
      subagents: subagents.length,
      permissionMode: hook.permissionMode ?? status.permissionMode,
      // The status line has its name for people.
      model: status.model ?? hook.model,
      ...(lastWords === null ? {} : { lastWords }),
    },
  );
}

function doingOf({ name, gist }: Tool): string {
  return words(gist === '' ? name : `${name}: ${gist}`, DOING_CHARS_MAX);
}

const BETWEEN_TOOLS = new Set([
  ...['PostToolUse', 'PostToolUseFailure', 'PostToolBatch', 'UserPromptSubmit'],
  ...['Stop', 'StopFailure', 'SessionStart', 'SessionEnd'],
]);

function toolAfter(tool: Tool | null, { event, subagent, tool: used }: HookSignal): Tool | null {
  if (event === 'PermissionRequest' && used !== null) return used;
  if (subagent !== null) return tool;
  if (event === 'PreToolUse') return used;
  if (!BETWEEN_TOOLS.has(event)) return tool;
  // Of several tools at once, the end of one is not the end of that which is asked for.
  const isOther = used !== null && tool !== null && used.name !== tool.name;
  return isOther ? tool : null;
}

function subagentsAfter(known: readonly string[], { event, subagent }: HookSignal): string[] {
  const others = known.filter((id) => id !== subagent);
  if (event === 'SessionStart' || event === 'SessionEnd') return [];
  if (event !== 'SubagentStart' || subagent === null) {
    return event === 'SubagentStop' ? others : [...known];
  }
  return others.length < SUBAGENTS_MAX ? [...others, subagent] : others;
}

function afterStatusLine(mind: Mind, line: StatusLineSignal): Mind {
  const { status } = mind;
  return withStatus(
    { ...mind, limitEndsAtMs: line.limitEndsAtMs },
    {
      model: line.model ?? status.model,
      contextPercent: line.contextPercent ?? status.contextPercent,
      costUsd: line.costUsd ?? status.costUsd,
      title: line.title ?? status.title,
      limitEndsAtMs: status.state === 'limited' ? line.limitEndsAtMs : null,
    },
  );
}

function afterTranscript(mind: Mind, { what, title, atMs }: TranscriptSignal): Mind {
  if (what === 'title') return withStatus(mind, { title: title ?? mind.status.title });
  const { status } = mind;
  const isInTurn = ['working', 'compacting'].includes(status.state) || isWaiting(status.state);
  // What the registry made likely is now certain; anything else is of a turn that is over.
  const isKnown = status.state === 'interrupted' && atMs > status.sinceMs - LATE_HOOK_MS;
  if (!isKnown && (!isInTurn || atMs < status.sinceMs)) return mind;
  const evidence = { signal: 'transcript', what: 'interrupt marker', atMs } as const;
  const finding = { reason: 'a person interrupted it', evidence, confidence: 'certain' } as const;
  const interrupted = enter(mind, { ...finding, state: 'interrupted' });
  return withStatus({ ...interrupted, tool: null }, { doing: null });
}

const DIALOGS: Readonly<Record<SetupDialog, string>> = {
  trust: 'asks whether this directory is trusted',
  login: 'asks to log in',
  api_key: 'asks whether to use the API key of its environment',
  onboarding: 'shows its first steps',
  other: 'shows a dialog before its first prompt',
};

/** Only while nobody else can tell: before the conversation, there are neither hooks nor a registry. */
function afterScreen(mind: Mind, { dialog, atMs }: ScreenSignal): Mind {
  const { status } = mind;
  if (status.hooks === 'alive' || mind.registry !== null) return mind;
  if (dialog === null) {
    if (status.state !== 'setup_blocked') return mind;
    const evidence = { signal: 'screen', what: 'the dialog is gone', atMs } as const;
    const reason = 'its dialog was answered';
    return enter(mind, { state: 'starting', reason, evidence, confidence: 'likely' });
  }
  const evidence = { signal: 'screen', what: `dialog: ${dialog}`, atMs } as const;
  const reason = DIALOGS[dialog];
  return enter(mind, { state: 'setup_blocked', reason, evidence, confidence: 'guess', dialog });
}

function settle(mind: Mind, nowMs: number): Mind {
  const heard = silentHooks(mind, nowMs);
  if (heard.held > 0 && heard.heldAsks !== null) return stillAsking(heard, heard.heldAsks);
  return doubt(settleWithRegistry(heard, nowMs), nowMs);
}

/** Its dialog opens only after its hook has ended: until then neither registry nor agent knows of it. */
function stillAsking(mind: Mind, asks: Finding): Mind {
  const { state } = mind.status;
  return isWaiting(state) || state === 'interrupted' ? mind : enter(mind, asks);
}

function silentHooks(mind: Mind, nowMs: number): Mind {
  const { status, registryFirstMs, isAdopted } = mind;
  if (status.hooks !== 'waiting' || isAdopted || registryFirstMs === null) return mind;
  return nowMs - registryFirstMs < HOOKS_SILENT_MS ? mind : withStatus(mind, { hooks: 'inactive' });
}

/** Where no registry corrects a state, time does. */
function doubt(mind: Mind, nowMs: number): Mind {
  const { status, registry } = mind;
  if (status.hooks === 'none' || (registry !== null && registry.what !== 'gone')) return mind;
  const ageMs = nowMs - status.evidence.atMs;
  const isStarting = status.state === 'starting' && ageMs >= STARTING_MS;
  const lasts = ['working', 'compacting'].includes(status.state) || isWaiting(status.state);
  if (isStarting || (lasts && ageMs >= UNKNOWN_AFTER_MS)) {
    const reason = `has told nothing since "${status.evidence.what}"`;
    const found = { evidence: status.evidence, confidence: 'guess', sinceMs: nowMs } as const;
    return enter(mind, { ...found, state: 'unknown', reason });
  }
  const isDoubtful = lasts && ageMs >= DOUBTFUL_AFTER_MS && status.confidence === 'certain';
  return isDoubtful ? withStatus(mind, { confidence: 'likely' }) : mind;
}
