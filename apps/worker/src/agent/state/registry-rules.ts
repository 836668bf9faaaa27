/**
 * The registry file against what hooks said. A hook is there first and knows more, the registry is
 * written whatever happens: after Esc, after an answer in the terminal. So it is believed against
 * any hook that is not fresh, and against a fresh one that the agent told before it wrote.
 */
import type { AgentState, AgentStatus } from '@dashboard/protocol/agents';
import { HOOK_FRESH_MS, NEXT_TURN_MS, REGISTRY_AHEAD_MS } from '../limits.ts';
import { askedBy, isWaiting } from './hook-rules.ts';
import { enter, withStatus, type Finding, type Mind } from './mind.ts';
import type { RegistrySignal } from './signals.ts';

const BEARS_OUT: Readonly<Record<'busy' | 'idle' | 'shell', readonly AgentState[]>> = {
  busy: ['working', 'compacting'],
  idle: ['idle', 'interrupted', 'limited', 'error', 'background'],
  shell: ['background', 'limited', 'error'],
};

export function takeRegistry(mind: Mind, registry: RegistrySignal): Mind {
  const begins = beginsWithoutHook(mind, registry) ? { turnEnd: null, promptWaits: false } : {};
  return {
    ...mind,
    ...begins,
    registry,
    registryFirstMs: mind.registryFirstMs ?? registry.atMs,
    conversation: registry.conversation ?? mind.conversation,
  };
}

/** The turn of a prompt that waited for the end of another: its hook came before that end. */
function beginsWithoutHook({ promptWaits, turnEnd }: Mind, registry: RegistrySignal): boolean {
  if (!promptWaits || turnEnd === null || registry.what !== 'busy') return false;
  const afterEndMs = registry.sinceMs - turnEnd.evidence.atMs;
  return afterEndMs > 0 && afterEndMs < NEXT_TURN_MS;
}

/** Brings the state into accord with the registry, if it is time for that. */
export function settleWithRegistry(mind: Mind, nowMs: number): Mind {
  const { registry, status } = mind;
  if (registry === null || registry.what === 'gone') return mind;
  const finding = findingOf(mind, registry);
  if (bearsOut(registry, status, finding.state)) {
    return status.confidence === 'guess' ? enter(mind, finding) : mind;
  }
  if (isAhead(mind, registry, nowMs)) return mind;
  const isAgainstHook = status.evidence.signal === 'hook';
  const settled = enter(mind, finding);
  return {
    ...(finding.state === 'working' ? settled : withStatus(settled, doingAfter(mind, finding))),
    disagreements: mind.disagreements + (isAgainstHook ? 1 : 0),
  };
}

function doingAfter({ status }: Mind, { state }: Finding): { doing: string | null } {
  return { doing: isWaiting(state) ? status.doing : null };
}

function bearsOut(
  { what, sinceMs }: RegistrySignal,
  { state, evidence }: AgentStatus,
  found: AgentState,
): boolean {
  if (what === 'gone') return true;
  // A subagent that goes on keeps the file at "busy" after the turn's end.
  const isSameBusy = what === 'busy' && sinceMs <= evidence.atMs;
  if (isSameBusy && state === 'background' && evidence.signal === 'hook') return true;
  if (what !== 'waiting') return BEARS_OUT[what].includes(state);
  // The hook knows which tool is asked for, the registry only that a dialog is open.
  return state === found || (isWaiting(state) && evidence.signal === 'hook');
}

/** What we know is newer than what the file says. */
function isAhead({ status }: Mind, registry: RegistrySignal, nowMs: number): boolean {
  const { signal, atMs } = status.evidence;
  if (status.state === 'interrupted' && registry.what === 'busy' && registry.sinceMs <= atMs) {
    return true; // the file still speaks of the turn that was interrupted
  }
  // Written after the agent had told us, and not for a moment: Esc, an answer in the terminal.
  const isWrittenAfter = signal === 'hook' && registry.sinceMs > atMs;
  if (isWrittenAfter && nowMs - registry.sinceMs >= REGISTRY_AHEAD_MS) return false;
  const isQuick = signal === 'hook' || signal === 'transcript';
  return isQuick && nowMs - atMs < HOOK_FRESH_MS;
}

function findingOf(mind: Mind, registry: RegistrySignal): Finding {
  const { what, waitingFor, sinceMs } = registry;
  const seen = waitingFor === null ? what : `${what}: ${waitingFor}`;
  const found = { evidence: { signal: 'registry', what: seen, atMs: sinceMs } as const };
  const sure = { ...found, confidence: 'likely' } as const;
  switch (what) {
    case 'busy':
      return { ...sure, state: 'working', reason: 'works' };
    case 'waiting':
      return { ...sure, ...waitingIn(mind, waitingFor) };
    case 'shell':
      return { ...sure, state: 'background', reason: 'its turn is over, and a command goes on' };
    case 'idle':
    case 'gone':
      return afterTurn(mind, sure);
  }
}

function waitingIn(
  { tool }: Mind,
  waitingFor: string | null,
): { state: AgentState; reason: string } {
  if (waitingFor === 'permission prompt') return askedBy(tool);
  if (waitingFor === 'input needed') {
    return askedBy(tool?.name === 'ExitPlanMode' ? tool : { name: 'AskUserQuestion', gist: '' });
  }
  return { state: 'needs_input', reason: `waits for a person: ${waitingFor ?? 'a dialog'}` };
}

/** A turn that ends without a hook, though hooks live, was ended by a person: Esc fires none. */
function afterTurn(mind: Mind, sure: Pick<Finding, 'evidence' | 'confidence'>): Finding {
  const { status, turnEnd } = mind;
  const wasInTurn = ['working', 'compacting'].includes(status.state) || isWaiting(status.state);
  if (wasInTurn && turnEnd !== null) return { ...turnEnd, ...sure };
  if (wasInTurn && status.hooks === 'alive') {
    return {
      ...sure,
      state: 'interrupted',
      reason: 'its turn ended without a word: a person ended it',
    };
  }
  return { ...sure, state: 'idle', reason: 'waits for a prompt' };
}
