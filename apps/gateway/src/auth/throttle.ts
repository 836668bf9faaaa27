/**
 * Slows down guessing: failed logins are counted for each account, for each address and in all, and
 * beyond a few each further one has to wait, twice as long each time up to a bound. Nobody is locked
 * out for good: where an account has been used from an address before, its failures there are
 * counted apart, so that a stranger who keeps guessing cannot keep its owner out.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import {
  ACCOUNT_FAILURES_FREE,
  ADDRESS_FAILURES_FREE,
  ALL_DELAY_MS_MAX,
  ALL_FAILURES_FREE,
  DELAY_MS,
  DELAY_MS_MAX,
  FAILURES_FORGOTTEN_MS,
  KNOWN_PAIRS_MAX,
  THROTTLE_KEYS_MAX,
} from '../limits.ts';
import { networkOf } from './address.ts';
import { foldName } from './users.ts';

export interface LoginAttempt {
  readonly name: string;
  /** Of the peer, or of the browser where a listed proxy says so. */
  readonly address: string;
}

interface Counted {
  readonly key: string;
  readonly free: number;
  readonly delayMsMax: number;
}

interface Failures {
  readonly count: number;
  readonly lastAtMs: number;
}

export class Throttle {
  readonly #clock: Clock;
  /** Least recently counted first. */
  readonly #failures = new Map<string, Failures>();
  /** Account and address that have gone together before, oldest first. */
  readonly #known = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Counts the attempt as a failure until succeeded() takes that back: a hundred guesses sent at the
   * same moment are then a hundred guesses.
   * @throws DashboardError rate_limited with the time to wait; such an attempt is not counted
   */
  begin(attempt: LoginAttempt): void {
    const counted = this.#countedFor(attempt);
    const waitMs = Math.max(...counted.map((each) => this.#waitMs(each)));
    if (waitMs > 0) {
      throw new DashboardError('rate_limited', 'Too many failed logins. Wait a little.', {
        retryAfterMs: waitMs,
      });
    }
    for (const { key } of counted) this.#count(key, 1);
  }

  /** Forgets the failures of this account from here, and uncounts this attempt elsewhere. */
  succeeded(attempt: LoginAttempt): void {
    const [account, ...others] = this.#countedFor(attempt);
    if (account !== undefined) this.#failures.delete(account.key);
    for (const { key } of others) this.#count(key, -1);
    const pair = pairOf(attempt);
    this.#known.delete(pair);
    this.#known.add(pair);
    dropFirst(this.#known, KNOWN_PAIRS_MAX);
  }

  /** Takes back that this attempt was counted, and nothing else: it was no guess, and no success either. */
  undecided(attempt: LoginAttempt): void {
    for (const { key } of this.#countedFor(attempt)) this.#count(key, -1);
  }

  /** The account comes first. */
  #countedFor(attempt: LoginAttempt): Counted[] {
    const pair = pairOf(attempt);
    const address: Counted = {
      key: `address ${networkOf(attempt.address)}`,
      free: ADDRESS_FAILURES_FREE,
      delayMsMax: DELAY_MS_MAX,
    };
    const account = { free: ACCOUNT_FAILURES_FREE, delayMsMax: DELAY_MS_MAX };
    if (this.#known.has(pair)) return [{ ...account, key: `known ${pair}` }, address];
    return [
      { ...account, key: `account ${foldName(attempt.name)}` },
      address,
      { key: 'all', free: ALL_FAILURES_FREE, delayMsMax: ALL_DELAY_MS_MAX },
    ];
  }

  #waitMs({ key, free, delayMsMax }: Counted): number {
    const failures = this.#recall(key);
    if (failures === undefined || failures.count < free) return 0;
    const delayMs = Math.min(DELAY_MS * 2 ** (failures.count - free), delayMsMax);
    return Math.max(0, failures.lastAtMs + delayMs - this.#clock.monotonicMs());
  }

  #recall(key: string): Failures | undefined {
    const failures = this.#failures.get(key);
    if (failures === undefined) return undefined;
    const isOld = this.#clock.monotonicMs() - failures.lastAtMs >= FAILURES_FORGOTTEN_MS;
    return isOld ? undefined : failures;
  }

  #count(key: string, by: 1 | -1): void {
    const count = (this.#recall(key)?.count ?? 0) + by;
    this.#failures.delete(key);
    if (count <= 0) return;
    this.#failures.set(key, { count, lastAtMs: this.#clock.monotonicMs() });
    dropFirst(this.#failures, THROTTLE_KEYS_MAX);
  }
}

function pairOf({ name, address }: LoginAttempt): string {
  return `${foldName(name)} ${networkOf(address)}`;
}

/** Maps and sets keep the order of insertion, and whatever is touched is inserted anew. */
function dropFirst(table: Map<string, unknown> | Set<string>, max: number): void {
  if (table.size <= max) return;
  const [first] = table.keys();
  if (first !== undefined) table.delete(first);
}
