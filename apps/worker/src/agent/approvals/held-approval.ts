/** One question while its hook waits, and after its answer until the agent shows that it heard it. */
import type { Answered, Approval } from '@dashboard/protocol/approvals';
import type { ApprovalId, SessionId } from '@dashboard/protocol/ids';
import { APPROVAL_HOLD_MS, SUBAGENT_HOLD_MS } from '../limits.ts';
import type { HookSignal, RegistrySignal } from '../state/index.ts';
import type { Asked } from './asked.ts';
import type { Unsettled } from './evidence.ts';

export interface HeldFrom {
  readonly id: ApprovalId;
  readonly session: SessionId;
  readonly askedAtMs: number;
  /** What the hook prints; null: nothing. Only the first call counts. */
  readonly resolve: (output: unknown) => void;
}

export class HeldApproval implements Unsettled {
  readonly asked: Asked;
  registry: RegistrySignal['what'] | null = null;
  readonly #resolve: (output: unknown) => void;
  #approval: Approval;
  #cancelWait: (() => void) | undefined;
  #cancelSettling: (() => void) | undefined;

  constructor(asked: Asked, { id, session, askedAtMs, resolve }: HeldFrom) {
    this.asked = asked;
    this.#resolve = resolve;
    const { shown, offers } = asked;
    const holdMs = shown.subagent === null ? APPROVAL_HOLD_MS : SUBAGENT_HOLD_MS;
    this.#approval = {
      ...{ id, session, askedAtMs, expiresAtMs: askedAtMs + holdMs, answered: null },
      ...{ ...shown, suggestions: offers.map(({ suggestion }) => suggestion) },
    };
  }

  get id(): ApprovalId {
    return this.#approval.id;
  }

  get approval(): Approval {
    return this.#approval;
  }

  get answered(): Answered | null {
    return this.#approval.answered;
  }

  get signal(): HookSignal {
    return this.asked.signal;
  }

  /** Takes the place of the wait before. @param cancel of what happens when the wait is over */
  wait(cancel: () => void): void {
    this.#cancelWait?.();
    this.#cancelWait = cancel;
  }

  answer(output: unknown, answered: Answered): void {
    this.#approval = { ...this.#approval, answered };
    this.#resolve(output);
  }

  /** @param begin starts the wait, and returns what cancels it; not called while one is under way */
  settle(begin: () => () => void): void {
    this.#cancelSettling ??= begin();
  }

  heardRegistry(what: RegistrySignal['what']): void {
    if (what === 'gone') return;
    this.registry = what;
    if (what !== 'waiting') return;
    this.#cancelSettling?.();
    this.#cancelSettling = undefined;
  }

  /** Silence, unless it was answered before. */
  letGo(): void {
    this.#cancelWait?.();
    this.#cancelSettling?.();
    this.#resolve(null);
  }
}
