/** What the claims about Claude Code have in common. */
import type { Charge } from '@dashboard/testkit/anthropic';
import type { Surroundings, WatchedAgent, Wish } from './watched-agent.ts';

export const ESC = '\x1b';

/** Hooks of a turn without a tool, and of one up to the question whether a tool may run. */
export const TURN = ['UserPromptSubmit', 'Stop'];
export const ASKED = ['UserPromptSubmit', 'PreToolUse', 'PermissionRequest'];

/** A session that begins. */
export type Start = (wish?: Wish) => Promise<WatchedAgent>;
/** One whose agent has nothing to do. */
export type Ready = () => Promise<WatchedAgent>;
export type Here = () => Surroundings & { readonly charges: () => readonly Charge[] };
