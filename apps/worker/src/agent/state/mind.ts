/** What reduce.ts remembers between two signals: the status that people see, and what it stands on. */
import type { AgentStatus, Confidence, Evidence, SetupDialog } from '@dashboard/protocol/agents';
import { EVIDENCE_CHARS_MAX, REASON_CHARS_MAX } from '@dashboard/protocol/limits';
import type { RegistrySignal, Tool } from './signals.ts';
import { words } from './words.ts';

/** A state and why, before it is known since when. */
export interface Finding {
  readonly state: AgentStatus['state'];
  readonly reason: string;
  readonly evidence: Evidence;
  readonly confidence: Confidence;
  /** Where that is not when the evidence was seen. */
  readonly sinceMs?: number;
  readonly dialog?: SetupDialog;
  readonly limitEndsAtMs?: number | null;
}

export interface Mind {
  readonly status: AgentStatus;
  /** Newest conversation told; null until one is. */
  readonly conversation: string | null;
  readonly registry: RegistrySignal | null;
  readonly registryFirstMs: number | null;
  /** How the last turn ended, as a hook told; null while one goes on. */
  readonly turnEnd: Finding | null;
  /** Told of in the midst of a turn: it waits for the end of that turn, and no hook tells that its own begins. */
  readonly promptWaits: boolean;
  /** The tool that is used or asked for. */
  readonly tool: Tool | null;
  readonly subagents: readonly string[];
  /** Questions of subagents that are held here, and what the newest of them says. */
  readonly held: number;
  readonly heldAsks: Finding | null;
  /** When every limit that the status line shows as used up has reset. */
  readonly limitEndsAtMs: number | null;
  /** Of the hook that began last. */
  readonly order: number | null;
  /** The registry was believed against a hook. */
  readonly disagreements: number;
  readonly startedMs: number;
  /** Adopted from an earlier worker, so that silence of the hooks means nothing. */
  readonly isAdopted: boolean;
}

/** @param hasHooks false of a program of which only the process is known */
export function beginning(atMs: number, hasHooks: boolean): Mind {
  return {
    status: {
      state: 'starting',
      sinceMs: atMs,
      reason: 'the program is being started',
      evidence: { signal: 'process', what: 'launch', atMs },
      confidence: 'certain',
      dialog: null,
      doing: null,
      lastWords: null,
      title: null,
      subagents: 0,
      model: null,
      permissionMode: null,
      contextPercent: null,
      costUsd: null,
      limitEndsAtMs: null,
      hooks: hasHooks ? 'waiting' : 'none',
    },
    conversation: null,
    registry: null,
    registryFirstMs: null,
    turnEnd: null,
    promptWaits: false,
    tool: null,
    subagents: [],
    held: 0,
    heldAsks: null,
    limitEndsAtMs: null,
    order: null,
    disagreements: 0,
    startedMs: atMs,
    isAdopted: false,
  };
}

/** The same state again keeps its beginning, and gets the newer reason. */
export function enter(mind: Mind, finding: Finding): Mind {
  const { status } = mind;
  const { state, confidence, dialog = null, limitEndsAtMs = null } = finding;
  const isSame = status.state === state;
  const reason = words(finding.reason, REASON_CHARS_MAX);
  const evidence = { ...finding.evidence, what: words(finding.evidence.what, EVIDENCE_CHARS_MAX) };
  const sinceMs = isSame ? status.sinceMs : (finding.sinceMs ?? evidence.atMs);
  return {
    ...mind,
    status: { ...status, state, reason, evidence, confidence, dialog, limitEndsAtMs, sinceMs },
  };
}

export function withStatus(mind: Mind, change: Partial<AgentStatus>): Mind {
  return { ...mind, status: { ...mind.status, ...change } };
}
