/**
 * What was turned away for its Host or its Origin. Strangers decide how often, so that they are counted
 * for a while, by rule and network, and each count becomes one record.
 */
import type { Clock } from '@dashboard/runtime/clock';
import { networkOf } from '../auth/index.ts';
import { REFUSALS_APART_MAX, REFUSALS_COUNTED_MS } from './limits.ts';
import type { AuditTrail } from './trail.ts';

export type RefusedRule = 'host' | 'origin' | 'site';

interface Count {
  readonly rule: RefusedRule;
  readonly network: string;
  count: number;
}

export class Refusals {
  readonly #trail: Pick<AuditTrail, 'add'>;
  readonly #clock: Clock;
  readonly #counts = new Map<string, Count>();
  #cancel: (() => void) | undefined;

  constructor(trail: Pick<AuditTrail, 'add'>, clock: Clock) {
    this.#trail = trail;
    this.#clock = clock;
  }

  count(rule: RefusedRule, address: string): void {
    const network = networkOf(address);
    const key = `${rule} ${network}`;
    const isFull = this.#counts.size >= REFUSALS_APART_MAX && !this.#counts.has(key);
    this.#add(isFull ? { rule, network: 'others' } : { rule, network });
    this.#cancel ??= this.#clock.after(REFUSALS_COUNTED_MS, () => this.close());
  }

  /** Tells what was counted. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const { rule, network, count } of this.#counts.values()) {
      this.#trail.add({ event: 'requests_refused', rule, network, count });
    }
    this.#counts.clear();
  }

  #add({ rule, network }: Omit<Count, 'count'>): void {
    const key = `${rule} ${network}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { rule, network, count: 1 });
    else known.count++;
  }
}
