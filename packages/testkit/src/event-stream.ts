/** The gateway's Server-Sent Events as a tab reads them: every event that came, in order. */
import { DashboardEvent } from '@dashboard/protocol/events';
import { EVENTS_PATH } from '@dashboard/protocol/rest';
import { Value } from 'typebox/value';
import type { ApiClient } from './api-client.ts';
import { atTestEnd, type AtEnd } from './at-end.ts';

export class EventStream {
  readonly events: DashboardEvent[] = [];
  /** Told of each as it comes. */
  onEvent: (event: DashboardEvent) => void = () => {};
  readonly #abort = new AbortController();
  #rest = '';

  /** Returns once the gateway has answered. @throws Error with the status when it refuses */
  static async open(api: ApiClient, atEnd: AtEnd = atTestEnd): Promise<EventStream> {
    const stream = new EventStream();
    atEnd(() => stream.close());
    const response = await fetch(new URL(EVENTS_PATH, api.url), {
      headers: { cookie: api.cookieHeader },
      signal: stream.#abort.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`refused with ${response.status}`);
    void stream.#read(response.body.pipeThrough(new TextDecoderStream()));
    return stream;
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(text: ReadableStream<string>): Promise<void> {
    try {
      for await (const part of text) this.#take(part);
    } catch {
      // Closed by close(), or by the end of the gateway: there are no more events either way.
    }
  }

  #take(part: string): void {
    const blocks = (this.#rest + part).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const line of blocks.flatMap((block) => block.split('\n'))) {
      if (line.startsWith('data: ')) {
        const event = Value.Parse(DashboardEvent, JSON.parse(line.slice('data: '.length)));
        this.events.push(event);
        this.onEvent(event);
      }
    }
  }
}
