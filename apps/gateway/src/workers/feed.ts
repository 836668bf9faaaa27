/** The worker's feed of events as the gateway receives it: resumed by number after each loss. */
import type { SessionEvent } from '@dashboard/protocol/events';
import { FeedFrame } from '@dashboard/protocol/worker/feed';
import { jsonFrameParser } from '@dashboard/runtime/json-frames';
import { openConnection, type WorkerAddress } from './open-connection.ts';
import { Reconnecting } from './reconnecting.ts';

export interface FeedListener {
  event(event: SessionEvent): void;
  /** Events may have been missed: whatever was known of sessions must be fetched anew. */
  reset(): void;
  /** The worker is reached again, or not any more. */
  connected(isConnected: boolean): void;
}

const parseFrame = jsonFrameParser('event of a worker', FeedFrame);

export class WorkerFeed {
  readonly #connection: Reconnecting;
  readonly #listener: FeedListener;
  #place: { readonly epoch: number; readonly number: number } | undefined;

  constructor(address: WorkerAddress, listener: FeedListener) {
    this.#listener = listener;
    this.#connection = new Reconnecting({
      clock: address.clock,
      open: async (events) => {
        const after = this.#place === undefined ? {} : { after: this.#place };
        return await openConnection(address, { for: 'events', ...after }, events);
      },
      onUp: () => listener.connected(true),
      onFrame: (frame) => this.#onFrame(frame),
      onDown: () => listener.connected(false),
    });
  }

  get isConnected(): boolean {
    return this.#connection.stream !== undefined;
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
    if (frame.type === 'reset') this.#listener.reset();
    else if (frame.type === 'event') this.#listener.event(frame.event);
  }
}
