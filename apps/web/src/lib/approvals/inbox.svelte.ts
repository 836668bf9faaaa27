/**
 * What agents ask, as this tab knows it: fetched once, then kept true by events. A question that is
 * over stays for a while, so that whoever looks at it sees how it ended.
 */
import type { Approval, ApprovalAnswer, ApprovalOutcome } from '@dashboard/protocol/approvals';
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { ApprovalId, SessionId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';

export interface Card {
  readonly approval: Approval;
  /** Undefined while it can be answered; null when it is over and nobody told how. */
  readonly outcome: ApprovalOutcome | null | undefined;
  readonly isSending: boolean;
  /** Why an answer from this tab did not count. */
  readonly failure: Failure | undefined;
}

/** How long a question that is over is shown. */
export const OVER_SHOWN_MS = 12_000;

export class Inbox {
  /** False until the first list has come. */
  isLoaded = $state(false);
  failure = $state.raw<Failure>();
  /** Oldest first, so that nothing moves under somebody's hand. */
  cards = $state.raw<readonly Card[]>([]);
  /** Those that wait for somebody. */
  readonly open = $derived(this.cards.filter(isOpen));
  readonly #api: Api;
  readonly #clock: Clock;
  /** Told while a list is on its way: they are newer than what it will say. */
  #meanwhile: DashboardEvent[] | undefined;

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  find(id: ApprovalId | undefined): Card | undefined {
    return this.cards.find(({ approval }) => approval.id === id);
  }

  /** The one to show at a session: what it asks longest, or what has just been settled. */
  ofSession(session: SessionId): Card | undefined {
    const own = this.cards.filter(({ approval }) => approval.session === session);
    return own.find(isOpen) ?? own.find(({ outcome }) => outcome === undefined) ?? own.at(-1);
  }

  apply(event: DashboardEvent): void {
    if (event.type === 'reset') return void this.fetch();
    this.#meanwhile?.push(event);
    if (event.type === 'approval') this.#put(event.approval);
    if (event.type === 'approval_retired') this.#retire(event.id, event.outcome);
  }

  async fetch(): Promise<void> {
    const meanwhile: DashboardEvent[] = [];
    this.#meanwhile = meanwhile;
    try {
      const { approvals } = await this.#api.call('listApprovals');
      if (this.#meanwhile !== meanwhile) return; // a newer fetch is on its way
      this.#meanwhile = undefined;
      const asked = approvals.map(({ id }) => id);
      for (const { approval } of this.cards) {
        if (!asked.includes(approval.id)) this.#retire(approval.id, null);
      }
      for (const approval of approvals) this.#put(approval);
      this.isLoaded = true;
      this.failure = undefined;
      for (const event of meanwhile) this.apply(event);
    } catch (error) {
      if (this.#meanwhile === meanwhile) this.#meanwhile = undefined;
      this.failure = failureOf(error);
    }
  }

  /** The card says how it went. */
  async answer(id: ApprovalId, body: ApprovalAnswer): Promise<void> {
    const card = this.find(id);
    if (card === undefined || !isOpen(card) || card.isSending) return;
    this.#change(id, { isSending: true, failure: undefined });
    try {
      const approval = await this.#api.call('answerApproval', { params: { id }, body });
      this.#change(id, { approval, isSending: false });
    } catch (error) {
      this.#change(id, { isSending: false, failure: failureOf(error) });
    }
  }

  #put(approval: Approval): void {
    if (this.find(approval.id) !== undefined) return this.#change(approval.id, { approval });
    const card: Card = { approval, outcome: undefined, isSending: false, failure: undefined };
    this.cards = [...this.cards, card];
  }

  #retire(id: ApprovalId, outcome: ApprovalOutcome | null): void {
    if (this.find(id)?.outcome !== undefined) return;
    this.#change(id, { outcome });
    this.#clock.after(OVER_SHOWN_MS, () => {
      this.cards = this.cards.filter(({ approval }) => approval.id !== id);
    });
  }

  #change(id: ApprovalId, change: Partial<Card>): void {
    this.cards = this.cards.map((card) =>
      card.approval.id === id ? { ...card, ...change } : card,
    );
  }
}

export function isOpen({ approval, outcome }: Card): boolean {
  return outcome === undefined && approval.answered === null;
}
