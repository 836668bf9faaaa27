/** What is to be done about the prompt at the head of a queue, by what is seen of its agent. Pure. */
import type { QueuedPrompt } from '@dashboard/protocol/prompts';
import {
  ENTER_AFTER_MS,
  ENTERS_MAX,
  MUTE_QUIET_MS,
  TAKEN_WITHIN_MS,
  TYPING_PAUSE_MS,
} from '../limits.ts';
import { isCommand } from './match.ts';
import type { Seen } from './seen.ts';

/** A prompt, and what only the worker needs to know of it. */
export interface KeptPrompt extends QueuedPrompt {
  /** When a person wanted it last as it is; milliseconds since the epoch. */
  readonly touchedAtMs: number;
  /** How often Enter was pressed behind it. */
  readonly enters: number;
}

export interface Situation {
  readonly seen: Seen;
  readonly monotonicMs: number;
  /** When it was pasted or Enter was pressed last, or since when this worker knows it; monotonic. */
  readonly actedAtMs: number;
  /** How long nobody has typed into the terminal. */
  readonly untypedMs: number;
  /** The program has read all that was written to it. */
  readonly hasReadAll: boolean;
}

/** enter: press it. give_up: a person has to look. */
export type Step = 'wait' | 'paste' | 'enter' | 'give_up';

export function nextStep(prompt: KeptPrompt, situation: Situation): Step {
  if (prompt.state === 'queued') return isClearFor(prompt, situation) ? 'paste' : 'wait';
  if (prompt.state !== 'sent' || situation.seen.ground === 'dialog') return 'wait';
  const { monotonicMs, actedAtMs, hasReadAll, seen } = situation;
  const sinceMs = monotonicMs - actedAtMs;
  if (prompt.enters === 0) return hasReadAll && sinceMs >= ENTER_AFTER_MS ? 'enter' : 'wait';
  // What is busy may be so with this very prompt, and Enter may meet the dialog that it leads to.
  if (seen.ground === 'busy' || sinceMs < TAKEN_WITHIN_MS) return 'wait';
  return prompt.enters < ENTERS_MAX && !isCommand(prompt.text) ? 'enter' : 'give_up';
}

function isClearFor(
  { touchedAtMs }: KeptPrompt,
  { seen, untypedMs, monotonicMs }: Situation,
): boolean {
  if (untypedMs < TYPING_PAUSE_MS) return false; // half a line may stand in the input box
  if (seen.drewAtMs !== null && monotonicMs - seen.drewAtMs < MUTE_QUIET_MS) return false;
  return seen.ground === 'clear' || (seen.ground === 'held' && touchedAtMs >= seen.sinceMs);
}
