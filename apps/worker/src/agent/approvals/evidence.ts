/**
 * Which signals show that a question is settled. A hook that waits is told by nobody that the person
 * answered in the terminal, so that what the agent does next has to tell it. Pure.
 */
import type { Answered, ApprovalOutcome, Withdrawal } from '@dashboard/protocol/approvals';
import { HOOK_FRESH_MS } from '../limits.ts';
import type { HookSignal, RegistrySignal, Signal, TranscriptSignal } from '../state/index.ts';

/** What is known of one question. */
export interface Unsettled {
  readonly signal: HookSignal;
  readonly answered: Answered | null;
  /** What the registry said last, since it was asked. */
  readonly registry: RegistrySignal['what'] | null;
}

/** How it ended; `perhaps` if the registry stays at what it says; undefined: it goes on. */
export type Finding = ApprovalOutcome | 'perhaps' | undefined;

export function findingOf(unsettled: Unsettled, signal: Signal): Finding {
  switch (signal.from) {
    case 'process':
      return signal.what === 'ended' ? withoutAnswer(unsettled, 'session_over') : undefined;
    case 'hook':
      return afterHook(unsettled, signal);
    case 'registry':
      return afterRegistry(unsettled, signal);
    case 'transcript':
      return isInterruptOf(unsettled.signal, signal)
        ? withoutAnswer(unsettled, 'turn_over')
        : undefined;
    default:
      return undefined;
  }
}

/** The agent is past its question: by the answer from here, if there was one, or by one in its terminal. */
export function settled({ answered }: Pick<Unsettled, 'answered'>): ApprovalOutcome {
  if (answered === null) return { how: 'in_terminal' };
  return { how: 'answered', by: answered, isConfirmed: true };
}

/** Nothing more will be heard of it. */
export function withoutAnswer(
  { answered }: Pick<Unsettled, 'answered'>,
  why: Withdrawal,
): ApprovalOutcome {
  if (answered === null) return { how: 'withdrawn', why };
  return { how: 'answered', by: answered, isConfirmed: false };
}

/** A transcript is read after the rest: its marker may be of the turn before, by its own time. */
function isInterruptOf(asked: HookSignal, { what, atMs }: TranscriptSignal): boolean {
  return what === 'interrupted' && asked.subagent === null && atMs >= asked.atMs;
}

function afterHook(unsettled: Unsettled, hook: HookSignal): Finding {
  if (beganBefore(hook, unsettled.signal)) return undefined;
  if (hook.event === 'SessionEnd') return withoutAnswer(unsettled, 'turn_over');
  if (hook.subagent !== unsettled.signal.subagent) return undefined;
  switch (hook.event) {
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return afterTool(unsettled, hook);
    case 'Stop':
    case 'StopFailure':
    case 'SubagentStop':
      return settled(unsettled);
    case 'UserPromptSubmit':
      // Told at once, also of a prompt that will wait until the dialog is over.
      return unsettled.registry === 'waiting' ? undefined : settled(unsettled);
    default:
      return undefined;
  }
}

function afterTool(unsettled: Unsettled, hook: HookSignal): Finding {
  if (!isSameTool(hook, unsettled.signal)) return undefined;
  if (hook.isInterrupt) return withoutAnswer(unsettled, 'turn_over');
  // It ran: whoever denied it here came too late.
  return unsettled.answered?.verdict === 'deny' ? { how: 'in_terminal' } : settled(unsettled);
}

/** While a subagent's question is held there is no dialog, and the registry says nothing about it. */
function afterRegistry({ signal, registry }: Unsettled, now: RegistrySignal): Finding {
  if (signal.subagent !== null || now.what === 'waiting' || now.what === 'gone') return undefined;
  const isPast = registry === 'waiting' || now.sinceMs > signal.atMs + HOOK_FRESH_MS;
  return isPast ? 'perhaps' : undefined;
}

/** It arrives after the question, and is of something before it, perhaps of the same command. */
function beganBefore({ order }: HookSignal, asked: HookSignal): boolean {
  return order !== null && asked.order !== null && order < asked.order;
}

function isSameTool({ tool }: HookSignal, asked: HookSignal): boolean {
  return tool?.name === asked.tool?.name && tool?.gist === asked.tool?.gist;
}
