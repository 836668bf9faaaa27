/**
 * Which card of the inbox the keys go to. It moves on by itself when its question is settled; for a
 * moment after that no key answers, so that a second press does not hit a question nobody has read.
 */
import type { ApprovalId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import { isOpen, type Inbox } from './inbox.svelte.ts';

/** Longer than a double press, shorter than reading. */
export const SETTLE_MS = 600;

export class Selection {
  #chosen = $state.raw<ApprovalId>();
  /** The chosen one while it is open; otherwise the one that has waited longest. */
  readonly id = $derived.by(() => {
    const chosen = this.#inbox.find(this.#chosen);
    if (chosen !== undefined && isOpen(chosen)) return chosen.approval.id;
    return this.#inbox.open[0]?.approval.id ?? chosen?.approval.id;
  });
  readonly #inbox: Inbox;
  readonly #clock: Clock;
  #seen: ApprovalId | undefined;
  #seenAtMs = 0;

  constructor(inbox: Inbox, clock: Clock) {
    this.#inbox = inbox;
    this.#clock = clock;
    $effect(() => this.#see(this.id));
  }

  /** Whether it has been the same for so long that an answer is meant for it. */
  get isSettled(): boolean {
    return this.#seen === this.id && this.#clock.monotonicMs() - this.#seenAtMs >= SETTLE_MS;
  }

  /** By hand: whoever does it has seen what it is. */
  select(id: ApprovalId): void {
    if (id === this.id) return;
    this.#chosen = id;
    this.#seen = id;
    this.#seenAtMs = this.#clock.monotonicMs() - SETTLE_MS;
  }

  move(where: 'next' | 'previous'): void {
    const ids = this.#inbox.open.map(({ approval }) => approval.id);
    const place = ids.findIndex((id) => id === this.id);
    const next = ids[Math.max(0, place + (where === 'next' ? 1 : -1))];
    if (next !== undefined) this.select(next);
  }

  #see(id: ApprovalId | undefined): void {
    if (id === this.#seen) return;
    this.#seen = id;
    this.#seenAtMs = this.#clock.monotonicMs();
  }
}
