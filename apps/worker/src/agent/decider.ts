/**
 * Who may answer for a person when an agent asks. An answer is one of Claude Code's hook decisions;
 * null is silence: the agent's own dialog stays, and nothing is decided. There is no other default.
 */
import type { SessionId } from '@dashboard/protocol/ids';
import type { Signal } from './state/index.ts';

/** A hook that waits for an answer. */
export interface HeldRequest {
  readonly session: SessionId;
  /** PermissionRequest. */
  readonly event: string;
  /** What the hook was told, as JSON gave it: a stranger's, to be parsed by whoever reads it. */
  readonly body: unknown;
  /** Its place among the hooks of its agent: what began before it settles nothing. */
  readonly order: number | null;
  readonly askedAtMs: number;
  /** Aborts when nobody waits for the answer any more: the hook was ended, or took too long. */
  readonly gone: AbortSignal;
}

export interface Decider {
  /** @returns what the hook prints, as a JSON value; null: nothing */
  decide(request: HeldRequest): Promise<unknown>;
  /** What is seen of the agent meanwhile: it may show that somebody answered in the terminal. */
  noticed(session: SessionId, signal: Signal): void;
}
