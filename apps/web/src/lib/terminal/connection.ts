/** What a viewer can be told about its tie to a session. */
import type { ErrorCode } from '@dashboard/protocol/errors';
import type { ClosingReason } from '@dashboard/protocol/terminal/worker-frames';

/** 'gap': output was missing in between; undefined: the network did not say. */
export type LossReason = ErrorCode | ClosingReason | 'gap' | undefined;

export type Connection =
  | { readonly name: 'connecting' }
  | { readonly name: 'live' }
  | { readonly name: 'waiting'; readonly retryInSeconds: number; readonly why: LossReason }
  /** Comes back only when a person asks for it. */
  | { readonly name: 'closed'; readonly why: LossReason };

/** How the program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: number | null;
  readonly isLost: boolean;
}

/** Why what was typed just now did not reach the program. */
export type Hint = 'not_connected' | 'view_only' | 'ended' | 'too_much';
