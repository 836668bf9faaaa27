/** Which hours cost moves in, when it was said to be one model's and turns out to be another's. */
import type { Moved } from './account.ts';
import { DOLLARS_NONE } from './limits.ts';
import type { HourRow } from './ports.ts';
import { NO_TOKENS } from './tokens.ts';

/**
 * First where the other model has tokens, since there it was spent; then the newest hours. No hour
 * comes below nothing, and the sum of each stays what it was.
 * @returns rows to be added
 */
export function transfer(hours: readonly HourRow[], { from, to, usd }: Moved): readonly HourRow[] {
  const spent = new Set(hours.filter(({ model }) => model === to).map(({ hourMs }) => hourMs));
  const givers = hours
    .filter(({ model, costUsd }) => model === from && costUsd > 0)
    .sort(
      (a, b) => Number(spent.has(b.hourMs)) - Number(spent.has(a.hourMs)) || b.hourMs - a.hourMs,
    );
  const rows: HourRow[] = [];
  let left = usd;
  for (const giver of givers) {
    const given = Math.min(left, giver.costUsd);
    if (given <= DOLLARS_NONE) break;
    const nothing = { ...giver, tokens: NO_TOKENS, unlistedTokens: 0, requests: 0 };
    rows.push({ ...nothing, costUsd: -given }, { ...nothing, model: to, costUsd: given });
    left -= given;
  }
  return rows;
}
