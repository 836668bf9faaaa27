/** The worker's feed of events as the gateway receives it: resumed by number after each loss. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { WorkerEvent } from '@dashboard/protocol/events';
import { FeedFrame } from '@dashboard/protocol/worker/feed';
import { jsonFrameParser } from '@dashboard/runtime/json-frames';
import { openConnection, type WorkerAddress } from './open-connection.ts';
import { Reconnecting } from './reconnecting.ts';

export interface FeedListener {
  event(event: WorkerEvent): void;
  /** Events may have been missed: whatever was known of sessions must be fetched anew. */
  reset(): void;
  /** The worker is reached again, or not any more. */
  connected(isConnected: boolean): void;
}

const parseFrame = jsonFrameParser('event of a worker', FeedFrame);

export class WorkerFeed {
  readonly #connection: Reconnecting;
  readonly #listener: FeedListener;
  #isUp = false;
  #place: { readonly epoch: number; readonly number: number } | undefined;

  /** @param mayAsk whether requests are answered: a tab that hears of events asks for more at once */
  constructor(address: WorkerAddress, listener: FeedListener, mayAsk: () => boolean) {
    this.#listener = listener;
    this.#connection = new Reconnecting({
      clock: address.clock,
      open: async (events) => {
        if (!mayAsk()) throw new DashboardError('worker_unavailable', 'requests come first');
        const after = this.#place === undefined ? {} : { after: this.#place };
        return await openConnection(address, { for: 'events', ...after }, events);
      },
      onFrame: (frame) => this.#onFrame(frame),
      onDown: () => {
        this.#isUp = false;
        listener.connected(false);
      },
    });
  }

  get isConnected(): boolean {
    return this.#isUp;
  }

  /** Requests are answered again. */
  hurry(): void {
    this.#connection.hurry();
  }

  /** Requests are not answered: events of a worker that hangs would not come either. */
  drop(error: Error): void {
    this.#connection.drop(error);
  }

  async start(): Promise<void> {
    await this.#connection.start();
  }

  stop(): void {
    this.#connection.stop();
  }

  #onFrame(bytes: Uint8Array): void {
    const frame = parseFrame(bytes);
    this.#place = { epoch: frame.epoch, number: frame.number };
    if (frame.type === 'event') return this.#listener.event(frame.event);
    // The first frame of each connection.
    this.#isUp = true;
    this.#listener.connected(true);
    if (frame.type === 'reset') this.#listener.reset();
  }
}
