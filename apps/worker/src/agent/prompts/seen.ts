/** What the queue of prompts is told of an agent after each signal: may it be given one, did it take one. Pure. */
import type { Mind, Signal } from '../state/index.ts';

/**
 * clear: idle, nothing stands in the way. held: its turn was cut short (a person, a failure, a limit),
 * so that only what a person wanted since then is given to it. busy: works, or nobody knows. dialog: a
 * paste would be lost, and Enter would answer it.
 */
export type Ground = 'clear' | 'held' | 'busy' | 'dialog';

export interface Seen {
  readonly ground: Ground;
  /** Since when; milliseconds since the epoch. */
  readonly sinceMs: number;
  /** A prompt, or a command, that it has just taken. */
  readonly took: string | null;
  /** A person cut its turn short: what they had asked may stand in its input box again. */
  readonly isInterrupted: boolean;
  /** It has ended. */
  readonly isOver: boolean;
  /** A program that tells nothing: when its screen changed last, monotonic; null of others. */
  readonly drewAtMs: number | null;
}

export function seenOf(signal: Signal, mind: Mind): Seen {
  return {
    ground: groundOf(mind),
    sinceMs: mind.status.sinceMs,
    took: signal.from === 'hook' ? tookIn(signal) : null,
    isInterrupted: mind.status.state === 'interrupted',
    isOver: signal.from === 'process' && signal.what === 'ended',
    drewAtMs: null,
  };
}

const DIALOGS = new Set([
  ...['setup_blocked', 'needs_permission', 'needs_answer', 'needs_plan', 'needs_input'],
]);
const CUT_SHORT = new Set(['interrupted', 'error', 'limited']);

function groundOf(mind: Mind): Ground {
  const { state, subagents } = mind.status;
  if (DIALOGS.has(state) || mind.registry?.what === 'waiting') return 'dialog';
  if (!isQuiet(mind)) return 'busy';
  if (state === 'idle' || (state === 'background' && subagents === 0)) return 'clear';
  return CUT_SHORT.has(state) ? 'held' : 'busy';
}

/** Everybody who can tell says so. Hooks that are silent would not tell that a prompt was taken. */
function isQuiet({ status: { confidence, hooks }, registry }: Mind): boolean {
  if (confidence === 'guess' || hooks === 'inactive') return false;
  if (registry === null) return confidence === 'certain';
  return registry.what === 'idle' || registry.what === 'shell';
}

/** Two commands of Claude Code are no prompts, and are told in another way. */
function tookIn({ event, kind, prompt }: Extract<Signal, { from: 'hook' }>): string | null {
  if (event === 'SessionStart' && kind === 'clear') return '/clear';
  if (event === 'PreCompact' && kind === 'manual') return '/compact';
  return prompt;
}

/** Of a program of which only the process is known: silence is all that there is to go by. */
export function seenOfMute(isRunning: boolean, drewAtMs: number): Seen {
  const nothing = { sinceMs: 0, took: null, isInterrupted: false };
  return { ...nothing, ground: isRunning ? 'clear' : 'busy', isOver: !isRunning, drewAtMs };
}
