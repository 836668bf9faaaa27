/** The worker's events, numbered, with the newest kept for a gateway that was away for a moment. */
import type { WorkerEvent } from '@dashboard/protocol/events';
import type { FeedFrame } from '@dashboard/protocol/worker/feed';
import { FEED_EVENTS_MAX } from './limits.ts';

export interface FeedPlace {
  readonly epoch: number;
  readonly number: number;
}

export class EventFeed {
  /** Numbers of another epoch mean nothing here. */
  readonly #epoch: number;
  readonly #kept: WorkerEvent[] = [];
  readonly #readers = new Set<(frame: FeedFrame) => void>();
  #number = 0;

  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  publish(event: WorkerEvent): void {
    this.#number++;
    this.#kept.push(event);
    if (this.#kept.length > FEED_EVENTS_MAX) this.#kept.shift();
    const frame = this.#frame(event, this.#number);
    for (const reader of this.#readers) reader(frame);
  }

  /**
   * Sends what came after `place`, or everything as it is when that is no longer known; then each
   * event as it happens. @returns a function that stops it
   */
  read(
    place: FeedPlace | undefined,
    all: () => Extract<FeedFrame, { type: 'reset' }>['sessions'],
    send: (frame: FeedFrame) => void,
  ): () => void {
    const here = { epoch: this.#epoch, number: this.#number };
    const missed = this.#missed(place);
    if (place === undefined || missed === undefined) {
      send({ type: 'reset', ...here, sessions: all() });
    } else {
      send({ type: 'resumed', ...here, number: place.number });
      missed.forEach((event, index) => send(this.#frame(event, place.number + 1 + index)));
    }
    this.#readers.add(send);
    return () => this.#readers.delete(send);
  }

  #missed(place: FeedPlace | undefined): WorkerEvent[] | undefined {
    if (place?.epoch !== this.#epoch) return undefined;
    const count = this.#number - place.number;
    if (count < 0 || count > this.#kept.length) return undefined;
    return this.#kept.slice(this.#kept.length - count);
  }

  #frame(event: WorkerEvent, number: number): FeedFrame {
    return { type: 'event', epoch: this.#epoch, number, event };
  }
}
