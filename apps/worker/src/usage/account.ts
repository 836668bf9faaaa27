/**
 * What has been counted of one conversation. Three sources meet here, and no figure is taken from two:
 *   tokens    from the messages of its transcripts; what the agent's own closing account has beyond
 *             them (compaction: charged, and in no message) is added when that account is written
 *   cost      from the total that the status line tells, as it grows; the closing account then says
 *             how much of it which model cost
 * What the conversation used before it was ours is known and not counted. Pure.
 */
import type { Tokens } from '@dashboard/protocol/usage';
import { DOLLARS_NONE, MODELS_OF_CONVERSATION_MAX } from './limits.ts';
import type { CostState } from './lines.ts';
import { beyond, NO_TOKENS, plus, totalOf } from './tokens.ts';

export interface Sums {
  readonly tokens: Tokens;
  readonly costUsd: number;
}

export interface Account {
  /** Of each model, what was before it was ours included. */
  readonly models: Readonly<Record<string, Sums>>;
  /** Messages that were there before it was ours, and since. */
  readonly past: number;
  readonly live: number;
  /** Cost that we know and the agent no longer does: it was killed before it wrote it down. */
  readonly forgottenUsd: number;
}

export const EMPTY_ACCOUNT: Account = { models: {}, past: 0, live: 0, forgottenUsd: 0 };

/** What is new, of one model. */
export interface Spent {
  readonly model: string;
  readonly tokens: Tokens;
  readonly unlistedTokens: number;
  readonly requests: number;
  readonly costUsd: number;
}

/** Cost that was one model's for want of better knowledge, and is another's. */
export interface Moved {
  readonly from: string;
  readonly to: string;
  readonly usd: number;
}

export interface Counted {
  readonly account: Account;
  readonly spent: readonly Spent[];
  readonly moved: readonly Moved[];
}

/** @param tokens what the message has more than when it was told last; may be less than none */
export function countMessage(
  account: Account,
  message: { readonly model: string; readonly tokens: Tokens },
  kind: { readonly isNew: boolean; readonly isPast: boolean },
): Counted {
  const model = roomFor(account, message.model);
  const grown = add(account, model, { tokens: message.tokens, costUsd: 0 });
  const requests = kind.isNew ? 1 : 0;
  if (kind.isPast) return only({ ...grown, past: grown.past + requests });
  const spent = { ...NOTHING_SPENT, model, tokens: message.tokens, requests };
  return { account: { ...grown, live: grown.live + requests }, spent: [spent], moved: [] };
}

/**
 * The status line tells the total of the conversation, over all the programs that went on with it.
 * @param isFirst of this program: it may have forgotten what one that was killed had spent
 */
export function countCost(
  account: Account,
  told: { readonly totalUsd: number; readonly model: string; readonly isFirst: boolean },
): Counted {
  const model = roomFor(account, told.model);
  const known = costOf(account);
  const isAllPast = account.past > 0 && account.live === 0 && known === 0;
  if (isAllPast) return only(add(account, model, { tokens: NO_TOKENS, costUsd: told.totalUsd }));
  const more = told.totalUsd + account.forgottenUsd - known;
  if (more < -DOLLARS_NONE && told.isFirst) {
    return only({ ...account, forgottenUsd: known - told.totalUsd });
  }
  if (more <= DOLLARS_NONE) return only(account);
  const spent = { ...NOTHING_SPENT, model, costUsd: more };
  return {
    account: add(account, model, { tokens: NO_TOKENS, costUsd: more }),
    spent: [spent],
    moved: [],
  };
}

/** The agent's closing account, which knows every request and the cost of every model. */
export function settle(account: Account, state: CostState, isPast: boolean): Counted {
  // It lacks what a program that was killed had spent, and does not say of which model.
  if (account.forgottenUsd > 0) return countTotalOnly(account, state);
  let settled = account;
  const spent: Spent[] = [];
  for (const { model: name, tokens } of state.models) {
    const model = roomFor(settled, name);
    const unlisted = beyond(tokens, settled.models[model]?.tokens ?? NO_TOKENS);
    if (totalOf(unlisted) === 0) continue;
    settled = add(settled, model, { tokens: unlisted, costUsd: 0 });
    spent.push({ ...NOTHING_SPENT, model, tokens: unlisted, unlistedTokens: totalOf(unlisted) });
  }
  const costs = settleCost(settled, state);
  if (isPast) return only(costs.account);
  return { ...costs, spent: [...spent, ...costs.spent] };
}

/** All that is known to have been spent on it. */
export function costOf({ models }: Account): number {
  return Object.values(models).reduce((sum, { costUsd }) => sum + costUsd, 0);
}

const NOTHING_SPENT = { tokens: NO_TOKENS, unlistedTokens: 0, requests: 0, costUsd: 0 };

function countTotalOnly(account: Account, { totalUsd, models }: CostState): Counted {
  const [main] = [...models].sort((a, b) => b.costUsd - a.costUsd);
  if (main === undefined) return only(account);
  return countCost(account, { totalUsd, model: main.model, isFirst: false });
}

/** Models that were given too little get it from those that were given too much; the rest is new. */
function settleCost(account: Account, state: CostState): Counted {
  // Less than is known already: an account of another time, which says nothing new.
  if (state.totalUsd < costOf(account) - DOLLARS_NONE) return only(account);
  const told = new Map<string, number>();
  for (const { model: name, costUsd } of state.models) {
    const model = roomFor(account, name);
    told.set(model, (told.get(model) ?? 0) + costUsd);
  }
  const names = [...new Set([...Object.keys(account.models), ...told.keys()])];
  const open = names.map((model) => ({
    model,
    usd: (told.get(model) ?? 0) - (account.models[model]?.costUsd ?? 0),
  }));
  const moved = settleBetween(
    open.filter(({ usd }) => usd < -DOLLARS_NONE),
    open.filter(({ usd }) => usd > DOLLARS_NONE),
  );
  let settled = account;
  const spent: Spent[] = [];
  for (const { model, usd } of open) {
    if (Math.abs(usd) <= DOLLARS_NONE) continue;
    settled = add(settled, model, { tokens: NO_TOKENS, costUsd: usd });
    const given = moved.filter(({ to }) => to === model).reduce((sum, each) => sum + each.usd, 0);
    if (usd - given > DOLLARS_NONE) spent.push({ ...NOTHING_SPENT, model, costUsd: usd - given });
  }
  return { account: settled, spent, moved };
}

interface Open {
  readonly model: string;
  readonly usd: number;
}

function settleBetween(over: readonly Open[], under: readonly Open[]): readonly Moved[] {
  const moved: Moved[] = [];
  const left = new Map(over.map(({ model, usd }) => [model, -usd]));
  for (const { model: to, usd } of under) {
    let needed = usd;
    for (const [from, has] of left) {
      const given = Math.min(needed, has);
      if (given <= DOLLARS_NONE) continue;
      moved.push({ from, to, usd: given });
      left.set(from, has - given);
      needed -= given;
    }
  }
  return moved;
}

function add(account: Account, model: string, more: Sums): Account {
  const before = account.models[model] ?? { tokens: NO_TOKENS, costUsd: 0 };
  const sums = {
    tokens: plus(before.tokens, more.tokens),
    costUsd: Math.max(0, before.costUsd + more.costUsd),
  };
  return { ...account, models: { ...account.models, [model]: sums } };
}

/** A conversation that names ever new models does not grow without bound. */
function roomFor({ models }: Account, model: string): string {
  if (Object.hasOwn(models, model)) return model;
  return Object.keys(models).length < MODELS_OF_CONVERSATION_MAX ? model : 'other';
}

function only(account: Account): Counted {
  return { account, spent: [], moved: [] };
}
