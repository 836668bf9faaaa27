/** The stream of events as a tab reads it: events with their ids, and the end of the stream. */
import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { DashboardEvent } from '@dashboard/protocol/events';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { until } from '@dashboard/testkit/until';
import { onTestFinished } from 'vitest';

export interface ReceivedEvent {
  /** Undefined for what is not to be resumed from. */
  readonly id: string | undefined;
  readonly event: DashboardEvent;
}

export class EventStream {
  readonly events: ReceivedEvent[] = [];
  readonly response: IncomingMessage;
  isOver = false;
  #rest = '';

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#onText(text));
    response.on('close', () => (this.isOver = true));
    response.on('error', () => undefined);
    onTestFinished(() => void response.destroy());
  }

  static async open(api: ApiClient, lastId?: string): Promise<EventStream> {
    const resume = lastId === undefined ? {} : { 'last-event-id': lastId };
    const headers = { cookie: api.cookieHeader, 'sec-fetch-site': 'same-origin', ...resume };
    const asking = request(new URL('/api/events', api.url), { headers, agent: false });
    asking.on('error', () => undefined);
    asking.end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return new EventStream(response);
  }

  get lastId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  /** @returns the first event that fits, however long ago it came */
  async waitFor(
    what: string,
    fits: (event: DashboardEvent) => boolean,
    timeoutMs = 10_000,
  ): Promise<ReceivedEvent> {
    return await until(() => this.events.find(({ event }) => fits(event)), { what, timeoutMs });
  }

  close(): void {
    this.response.destroy();
  }

  #onText(text: string): void {
    const blocks = `${this.#rest}${text}`.split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data === undefined) continue;
      const id = /^id: (.*)$/m.exec(block)?.[1];
      this.events.push({ id, event: JSON.parse(data) as DashboardEvent });
    }
  }
}
