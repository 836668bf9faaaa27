/** Deliveries under way and waiting: bounded, tried again where that may help, dropped when old news. */
import type { Delivery } from '@dashboard/protocol/alerts';
import type { Clock } from '@dashboard/runtime/clock';
import { OUTBOX_MAX, RETRY_AFTER_MS_MAX, RETRY_DELAYS_MS, SENDING_MAX } from './limits.ts';
import type { Answer, Outgoing } from './outgoing.ts';

export interface Parcel {
  /** Made for each try: a signature carries its time. */
  readonly outgoing: () => Outgoing;
  /** Looked at before each try. */
  readonly isWanted: () => boolean;
  /** Once, with how the last try went. A status of 0 stands for no answer. */
  readonly onDone: (delivery: Delivery, status: number) => void;
}

export interface OutboxOptions {
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly post: (outgoing: Outgoing) => Promise<Answer>;
  readonly onDropped: () => void;
}

interface Waiting {
  readonly parcel: Parcel;
  readonly tries: number;
}

/** What a receiver may say that it will not say the next time. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);
const JITTER = 0.2;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queue: Waiting[] = [];
  readonly #timers = new Set<() => void>();
  #sending = 0;
  #isStopped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  add(parcel: Parcel): void {
    if (this.#queue.length + this.#timers.size >= OUTBOX_MAX) return this.#options.onDropped();
    this.#queue.push({ parcel, tries: 0 });
    this.#pump();
  }

  /** One try, now, whatever waits: somebody looks at the button. @returns how it went */
  async try(parcel: Parcel): Promise<Delivery> {
    const answer = await this.#options.post(parcel.outgoing());
    const delivery = this.#deliveryOf(answer);
    parcel.onDone(delivery, statusOf(answer));
    return delivery;
  }

  /** What has not been sent is not sent any more. */
  stop(): void {
    this.#isStopped = true;
    this.#queue.length = 0;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #pump(): void {
    while (this.#sending < SENDING_MAX) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      if (!next.parcel.isWanted()) continue;
      this.#sending++;
      void this.#send(next).finally(() => {
        this.#sending--;
        this.#pump();
      });
    }
  }

  async #send({ parcel, tries }: Waiting): Promise<void> {
    const answer = await this.#options.post(parcel.outgoing());
    if (this.#isStopped) return;
    const delayMs = RETRY_DELAYS_MS[tries];
    if (!mayHelp(answer) || delayMs === undefined) {
      return parcel.onDone(this.#deliveryOf(answer), statusOf(answer));
    }
    this.#later({ parcel, tries: tries + 1 }, Math.max(this.#jittered(delayMs), askedMs(answer)));
  }

  #later(waiting: Waiting, delayMs: number): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      this.#queue.push(waiting);
      this.#pump();
    });
    this.#timers.add(cancel);
  }

  #jittered(ms: number): number {
    return ms * (1 - JITTER + 2 * JITTER * this.#options.random());
  }

  #deliveryOf(answer: Answer): Delivery {
    const atMs = this.#options.clock.nowMs();
    if ('problem' in answer) return { atMs, outcome: 'failed', reason: answer.problem };
    const isTaken = answer.status >= 200 && answer.status < 300;
    const reason = isTaken ? `answered ${answer.status}` : `refused with ${answer.status}`;
    return { atMs, outcome: isTaken ? 'delivered' : 'failed', reason };
  }
}

function mayHelp(answer: Answer): boolean {
  return 'problem' in answer ? answer.mayRetry : PASSING.has(answer.status);
}

function statusOf(answer: Answer): number {
  return 'status' in answer ? answer.status : 0;
}

function askedMs(answer: Answer): number {
  const seconds = 'status' in answer ? (answer.retryAfterSeconds ?? 0) : 0;
  return Math.min(seconds * 1_000, RETRY_AFTER_MS_MAX);
}
