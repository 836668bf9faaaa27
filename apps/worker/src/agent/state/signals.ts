/**
 * What can be seen of an agent, one type a source. A signal is bounded and clean when it is made:
 * whoever makes one has parsed what it was made of. All of them meet in reduce.ts.
 */
import type { SetupDialog } from '@dashboard/protocol/agents';

interface At {
  /** When it happened, as near as its source can tell; milliseconds since the epoch. */
  readonly atMs: number;
}

/** `known` is whether anything but the process can tell of this agent. */
export interface ProcessSignal extends At {
  readonly from: 'process';
  readonly what: 'launched' | 'adopted' | 'ended';
  /** In words, how it ended. */
  readonly reason?: string;
}

export interface Tool {
  readonly name: string;
  /** What of its input says most, as a command or a path; may be empty. */
  readonly gist: string;
}

export interface HookSignal extends At {
  readonly from: 'hook';
  /** Higher for what began later; null where that is not known. */
  readonly order: number | null;
  /** As Claude names it: PreToolUse, Stop … */
  readonly event: string;
  readonly conversation: string | null;
  readonly permissionMode: string | null;
  /** Of a subagent, when it and not the agent itself is meant. */
  readonly subagent: string | null;
  readonly tool: Tool | null;
  /** The event's own kind: source, trigger, notification type, class of error, reason of an end. */
  readonly kind: string | null;
  /** Last words, or the words of an error or a notification. */
  readonly words: string | null;
  readonly model: string | null;
  /** Of UserPromptSubmit: what it was told, whole; no part of any status. */
  readonly prompt: string | null;
  /** Of a turn's end: tasks that go on. */
  readonly tasks: number;
  /** Of a failure: a person ended it. */
  readonly isInterrupt: boolean;
}

export interface RegistrySignal extends At {
  readonly from: 'registry';
  readonly what: 'busy' | 'idle' | 'waiting' | 'shell' | 'gone';
  readonly waitingFor: string | null;
  /** When the agent wrote this status down. */
  readonly sinceMs: number;
  readonly conversation: string | null;
}

export interface StatusLineSignal extends At {
  readonly from: 'status_line';
  readonly model: string | null;
  readonly contextPercent: number | null;
  readonly costUsd: number | null;
  readonly title: string | null;
  /** Resets of the limits that are used up; the last of them, null when none is. */
  readonly limitEndsAtMs: number | null;
}

export interface TranscriptSignal extends At {
  readonly from: 'transcript';
  readonly what: 'interrupted' | 'title';
  readonly title: string | null;
}

/** Hooks of subagents that wait for an answer: how many there are now. */
export interface HeldSignal extends At {
  readonly from: 'held';
  readonly count: number;
}

export interface ScreenSignal extends At {
  readonly from: 'screen';
  readonly dialog: SetupDialog | null;
}

/** Time passes. */
export interface Tick extends At {
  readonly from: 'clock';
}

export type Signal =
  | ProcessSignal
  | HookSignal
  | RegistrySignal
  | StatusLineSignal
  | TranscriptSignal
  | HeldSignal
  | ScreenSignal
  | Tick;
