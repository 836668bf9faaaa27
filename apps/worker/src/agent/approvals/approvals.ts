/**
 * All questions of agents that wait for a person: held while the agent's hook waits, answered by
 * whoever is first, retired by what the agent is seen to do. Silence is the only default.
 */
import type { Approval, ApprovalAnswer, ApprovalOutcome } from '@dashboard/protocol/approvals';
import { DashboardError } from '@dashboard/protocol/errors';
import type { ApprovalEvent } from '@dashboard/protocol/events';
import type { ApprovalId, SessionId } from '@dashboard/protocol/ids';
import type { Asker } from '@dashboard/protocol/worker/handshake';
import type { Clock } from '@dashboard/runtime/clock';
import type { Decider, HeldRequest } from '../decider.ts';
import {
  APPROVALS_MAX,
  APPROVALS_PER_SESSION_MAX,
  APPROVALS_REMEMBERED_MAX,
  CONFIRM_WITHIN_MS,
  REGISTRY_SETTLED_MS,
} from '../limits.ts';
import type { Signal } from '../state/index.ts';
import { readAsked } from './asked.ts';
import { decisionOf } from './decisions.ts';
import { findingOf, settled, withoutAnswer } from './evidence.ts';
import { HeldApproval } from './held-approval.ts';
import { answeredWords, outcomeWords } from './outcome-words.ts';

export interface ApprovalsOptions {
  readonly clock: Clock;
  readonly makeId: () => ApprovalId;
  readonly observer: ApprovalsObserver;
}

/** For the log and metrics: never with what a tool was asked to do. */
export interface ApprovalsObserver {
  asked(approval: Approval): void;
  /** Once for each question at most: who answered what, and how far it reaches. */
  answered(approval: Approval, answer: ApprovalAnswer, by: Asker): void;
  retired(approval: Approval, outcome: ApprovalOutcome): void;
}

export class Approvals implements Decider {
  readonly #options: ApprovalsOptions;
  readonly #held = new Map<ApprovalId, HeldApproval>();
  /** How those that are over ended, in words, oldest first. */
  readonly #over = new Map<ApprovalId, string>();
  readonly #listeners = new Set<(event: ApprovalEvent) => void>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  all(): readonly Approval[] {
    return [...this.#held.values()].map(({ approval }) => approval);
  }

  /** @returns a function that stops the telling */
  onEvent(listener: (event: ApprovalEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async decide(request: HeldRequest): Promise<unknown> {
    const { session, askedAtMs, gone } = request;
    const asked = readAsked(request);
    if (asked === undefined || gone.aborted || !this.#hasRoomFor(session)) return null;
    const { clock, makeId, observer } = this.#options;
    return await new Promise<unknown>((resolve) => {
      const held = new HeldApproval(asked, { id: makeId(), session, askedAtMs, resolve });
      this.#held.set(held.id, held);
      const holdMs = held.approval.expiresAtMs - askedAtMs;
      held.wait(clock.after(holdMs, () => this.#retire(held, withoutAnswer(held, 'expired'))));
      // After an answer the hook ends because of it.
      gone.addEventListener('abort', () => {
        if (held.answered === null) this.#retire(held, withoutAnswer(held, 'let_go'));
      });
      observer.asked(held.approval);
      this.#tell({ type: 'approval', approval: held.approval });
    });
  }

  /**
   * The first answer counts.
   * @throws DashboardError approval_not_found, already_answered, invalid_request
   */
  answer(id: ApprovalId, answer: ApprovalAnswer, by: Asker): Approval {
    const held = this.#held.get(id);
    if (held === undefined) throw this.#tooLate(id);
    if (held.answered !== null) {
      throw new DashboardError('already_answered', answeredWords(held.answered));
    }
    const output = decisionOf(held.asked, answer);
    const { clock, observer } = this.#options;
    held.answer(output, {
      ...{ userId: by.userId, name: by.name },
      ...{ verdict: answer.verdict, atMs: clock.nowMs() },
    });
    const unconfirmed = (): void => this.#retire(held, withoutAnswer(held, 'let_go'));
    held.wait(clock.after(CONFIRM_WITHIN_MS, unconfirmed));
    observer.answered(held.approval, answer, by);
    this.#tell({ type: 'approval', approval: held.approval });
    return held.approval;
  }

  noticed(session: SessionId, signal: Signal): void {
    for (const held of [...this.#held.values()]) {
      if (held.approval.session === session) this.#look(held, signal);
    }
  }

  #look(held: HeldApproval, signal: Signal): void {
    const finding = findingOf(held, signal);
    if (signal.from === 'registry') held.heardRegistry(signal.what);
    if (finding === 'perhaps') {
      held.settle(() =>
        this.#options.clock.after(REGISTRY_SETTLED_MS, () => this.#retire(held, settled(held))),
      );
    } else if (finding !== undefined) {
      this.#retire(held, finding);
    }
  }

  #hasRoomFor(session: SessionId): boolean {
    const own = this.all().filter((approval) => approval.session === session);
    return this.#held.size < APPROVALS_MAX && own.length < APPROVALS_PER_SESSION_MAX;
  }

  #retire(held: HeldApproval, outcome: ApprovalOutcome): void {
    if (!this.#held.delete(held.id)) return;
    held.letGo();
    const { id, session } = held.approval;
    this.#over.set(id, outcomeWords(outcome));
    const [oldest] = this.#over.keys();
    if (this.#over.size > APPROVALS_REMEMBERED_MAX && oldest !== undefined) {
      this.#over.delete(oldest);
    }
    this.#options.observer.retired(held.approval, outcome);
    this.#tell({ type: 'approval_retired', id, session, outcome });
  }

  #tooLate(id: ApprovalId): DashboardError {
    const words = this.#over.get(id);
    if (words !== undefined) return new DashboardError('already_answered', words);
    return new DashboardError('approval_not_found', 'there is no such question');
  }

  #tell(event: ApprovalEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
