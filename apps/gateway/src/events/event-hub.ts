/** Events for the pages, numbered, with the newest kept for a tab that was away for a moment. */
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { UserId } from '@dashboard/protocol/ids';

/** Some minutes of a busy fleet; a tab that was away longer fetches everything anew. */
const EVENTS_KEPT_MAX = 2_000;

export interface NumberedEvent {
  /** For Last-Event-ID: of this process, and of this event in it. */
  readonly id: string;
  readonly event: DashboardEvent;
  /** Whom alone it concerns; undefined: everybody. */
  readonly to: UserId | undefined;
}

export class EventHub {
  /** Ids of another process mean nothing here. */
  readonly #epoch: string;
  readonly #kept: NumberedEvent[] = [];
  readonly #readers = new Set<(event: NumberedEvent) => void>();
  #number = 0;

  constructor(epoch: string) {
    this.#epoch = epoch;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** @param to only this person; everybody when it is left out */
  publish(event: DashboardEvent, to?: UserId): void {
    this.#number++;
    const numbered = { id: this.#id(this.#number), event, to };
    this.#kept.push(numbered);
    if (this.#kept.length > EVENTS_KEPT_MAX) this.#kept.shift();
    for (const reader of this.#readers) reader(numbered);
  }

  /**
   * Sends what was missed since `lastId`, or `reset` when that is not known, then each event as it
   * happens. @returns a function that stops it
   */
  read(lastId: string | undefined, send: (event: NumberedEvent) => void): () => void {
    const missed = this.#missedSince(lastId);
    if (missed === undefined) {
      send({ id: this.#id(this.#number), event: { type: 'reset' }, to: undefined });
    } else {
      for (const event of missed) send(event);
    }
    this.#readers.add(send);
    return () => this.#readers.delete(send);
  }

  #missedSince(lastId: string | undefined): NumberedEvent[] | undefined {
    const [epoch, number] = lastId?.split('.') ?? [];
    if (epoch !== this.#epoch || !/^\d{1,15}$/.test(number ?? '')) return undefined;
    const count = this.#number - Number(number);
    if (count < 0 || count > this.#kept.length) return undefined;
    return this.#kept.slice(this.#kept.length - count);
  }

  #id(number: number): string {
    return `${this.#epoch}.${number}`;
  }
}
