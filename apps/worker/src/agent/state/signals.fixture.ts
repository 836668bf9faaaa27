/** Signals for tests: whole, with what a test is about put in. The agent was launched at 0. */
import {
  beginning,
  reduce,
  type HookSignal,
  type Mind,
  type RegistrySignal,
  type Signal,
} from './index.ts';

export const CONVERSATION = '11111111-1111-4111-8111-111111111111';
export const BASH = { name: 'Bash', gist: 'npm test' };

export function hook(event: string, atMs: number, more: Partial<HookSignal> = {}): HookSignal {
  return {
    from: 'hook',
    event,
    atMs,
    order: null,
    conversation: CONVERSATION,
    permissionMode: 'default',
    subagent: null,
    tool: null,
    kind: null,
    words: null,
    model: null,
    prompt: null,
    tasks: 0,
    isInterrupt: false,
    ...more,
  };
}

export function registry(
  what: RegistrySignal['what'],
  sinceMs: number,
  waitingFor?: string,
): RegistrySignal {
  const at = { atMs: sinceMs, sinceMs, waitingFor: waitingFor ?? null };
  return { from: 'registry', what, ...at, conversation: CONVERSATION };
}

export const launched: Signal = { from: 'process', what: 'launched', atMs: 0 };
export const tick = (atMs: number): Signal => ({ from: 'clock', atMs });
export const marked = { from: 'transcript', what: 'interrupted', title: null } as const;
export const marker = (atMs: number): Signal => ({ ...marked, atMs });

export function after(...signals: readonly Signal[]): Mind {
  return [launched, ...signals].reduce(reduce, beginning(0, true));
}

/** The states that were entered, in order. */
export function path(...signals: readonly Signal[]): string[] {
  const states: string[] = [];
  let mind = beginning(0, true);
  for (const signal of [launched, ...signals]) {
    mind = reduce(mind, signal);
    if (states.at(-1) !== mind.status.state) states.push(mind.status.state);
  }
  return states;
}

export const START = [hook('SessionStart', 100, { kind: 'startup' }), registry('idle', 500)];
export const PROMPT = [hook('UserPromptSubmit', 5_000), registry('busy', 5_030)];
export const ASKED = [
  hook('PreToolUse', 5_200, { tool: BASH }),
  hook('PermissionRequest', 5_340, { tool: BASH }),
  registry('waiting', 5_380, 'permission prompt'),
];
