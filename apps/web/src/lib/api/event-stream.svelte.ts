/**
 * The stream of events of this tab. The browser's own EventSource comes back by itself after a lost
 * network, with the id of the last event; after a refusal it does not, and then this class does.
 */
import type { Alert } from '@dashboard/protocol/alerts';
import { DashboardEvent } from '@dashboard/protocol/events';
import { EVENTS_PATH } from '@dashboard/protocol/rest';
import type { Clock } from '@dashboard/runtime/clock';
import { Value } from 'typebox/value';
import { Backoff } from './backoff.ts';

/** The part of EventSource that is needed. */
export interface EventSourceLike {
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onerror: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

const CLOSED = 2;

export interface EventStreamOptions {
  readonly open: (path: string) => EventSourceLike;
  readonly clock: Clock;
  readonly random: () => number;
  /** Refreshes the login, or finds out that it is over. */
  readonly checkLogin: () => Promise<boolean>;
  readonly onEvent: (event: DashboardEvent) => void;
}

export class EventStream {
  isConnected = $state(false);
  readonly #options: EventStreamOptions;
  readonly #backoff: Backoff;
  #source: EventSourceLike | undefined;
  #cancelRetry: (() => void) | undefined;
  #alerted: readonly ((alert: Alert) => void)[] = [];

  constructor(options: EventStreamOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
  }

  /** @returns a function that stops it */
  start(): () => void {
    this.#connect();
    return () => {
      this.#cancelRetry?.();
      this.#source?.close();
      this.#source = undefined;
      this.isConnected = false;
    };
  }

  /** Alerts are no state to be kept: whoever is there hears them. @returns a function that ends it */
  onAlert(hear: (alert: Alert) => void): () => void {
    this.#alerted = [...this.#alerted, hear];
    return () => (this.#alerted = this.#alerted.filter((each) => each !== hear));
  }

  #connect(): void {
    let isFirst = true;
    const source = this.#options.open(EVENTS_PATH);
    this.#source = source;
    source.onopen = () => {
      this.isConnected = true;
      this.#backoff.reset();
      // A new source knows no last id: whatever happened before it opened has to be fetched.
      if (isFirst) this.#options.onEvent({ type: 'reset' });
      isFirst = false;
    };
    source.onmessage = ({ data }) => {
      const event = parse(data);
      if (event?.type === 'alert') for (const hear of this.#alerted) hear(event.alert);
      else if (event !== undefined) this.#options.onEvent(event);
    };
    source.onerror = () => {
      this.isConnected = false;
      if (source.readyState === CLOSED && source === this.#source) this.#retry();
    };
  }

  #retry(): void {
    this.#source = undefined;
    this.#cancelRetry = this.#options.clock.after(this.#backoff.next(), () => {
      const waited = this.#options.checkLogin().catch(() => true);
      void waited.then((isLoggedIn) => isLoggedIn && this.#connect());
    });
  }
}

function parse(data: unknown): DashboardEvent | undefined {
  try {
    const event: unknown = typeof data === 'string' ? JSON.parse(data) : undefined;
    // An event of a newer gateway is passed over; the next `reset` brings what it meant.
    return Value.Check(DashboardEvent, event) ? event : undefined;
  } catch {
    return undefined;
  }
}
