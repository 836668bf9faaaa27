/** What was spent in each of the last minutes. Forgotten with the worker: a rate is of now. */
import type { UsageReport } from '@dashboard/protocol/usage';
import { BURN_MINUTES, HOUR_MS } from './limits.ts';

const MINUTE_MS = 60_000;

interface Minute {
  readonly minute: number;
  tokens: number;
  costUsd: number;
}

export class Burn {
  readonly #sinceMs: number;
  readonly #minutes: Minute[] = [];

  /** @param sinceMs when somebody began to count */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /** @param atMs when it was spent; what is older than an hour is of no interest any more */
  spent(atMs: number, tokens: number, costUsd: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    const known = this.#minutes.find((each) => each.minute === minute);
    if (known === undefined) this.#minutes.push({ minute, tokens, costUsd });
    else {
      known.tokens += tokens;
      known.costUsd += costUsd;
    }
    this.#minutes.sort((a, b) => a.minute - b.minute);
    if (this.#minutes.length > BURN_MINUTES) this.#minutes.shift();
  }

  rate(nowMs: number): UsageReport['burn'] {
    // At least a minute: the first answer of the day is no rate of a hundred dollars an hour.
    const overMs = Math.min(HOUR_MS, Math.max(MINUTE_MS, nowMs - this.#sinceMs));
    const from = Math.floor((nowMs - overMs) / MINUTE_MS);
    const counted = this.#minutes.filter(({ minute }) => minute > from);
    const perHour = HOUR_MS / overMs;
    const sum = (of: 'tokens' | 'costUsd') => counted.reduce((all, each) => all + each[of], 0);
    return {
      costUsdPerHour: Math.max(0, sum('costUsd') * perHour),
      tokensPerHour: Math.max(0, Math.round(sum('tokens') * perHour)),
      overMs,
    };
  }
}
