/** What a transcript tells of usage, in our words. */
import type { Tokens } from '@dashboard/protocol/usage';

/** An answer of a model. The same one may be told several times; the last time counts. */
export interface MessageLine {
  readonly what: 'message';
  /** Of the message and of its request: two clients never share it, and a copied line does. */
  readonly key: string;
  readonly model: string;
  readonly tokens: Tokens;
  readonly atMs: number;
}

/** All that a conversation has used by then, as the agent itself has added it up. */
export interface CostState {
  readonly what: 'cost_state';
  readonly totalUsd: number;
  readonly models: readonly {
    readonly model: string;
    readonly tokens: Tokens;
    readonly costUsd: number;
  }[];
}

export type UsageLine = MessageLine | CostState;
