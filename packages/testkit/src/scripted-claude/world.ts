/** What the parts of the scripted agent share: one process, one person, one conversation at a time. */
import type { Clock } from '@dashboard/runtime/clock';
import type { Activity } from './activity.ts';
import type { Hooks } from './hooks.ts';
import type { Meter } from './meter.ts';
import type { Mode } from './options.ts';
import type { Screen } from './screen.ts';
import type { StatusLine } from './status-line.ts';
import type { Transcript } from './transcript.ts';

export interface World {
  readonly clock: Clock;
  readonly configDirectory: string;
  /** Where the agent works. */
  readonly directory: string;
  readonly model: string;
  readonly hooks: Hooks;
  readonly screen: Screen;
  readonly activity: Activity;
  readonly meter: Meter;
  readonly statusLine: StatusLine;
  /** Another one after /clear. */
  sessionId: string;
  transcript: Transcript;
  mode: Mode;
  /** Of the turn that runs or ran last. */
  promptId: string;
  /** Subagents that still work. */
  readonly subagents: Map<string, string>;
}

/** Fulfilled after the time, or as soon as the signal says so. */
export async function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.after(ms, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}

/** Fulfilled when the signal says so. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
