/** The event stream: what reaches the page, and coming back where EventSource does not. */
import type { DashboardEvent } from '@dashboard/protocol/events';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { EventStream, type EventSourceLike } from './event-stream.svelte.ts';

/** What a browser would hand out; a test plays the server. */
class Source implements EventSourceLike {
  readyState = 0;
  onopen: EventSourceLike['onopen'] = null;
  onerror: EventSourceLike['onerror'] = null;
  onmessage: EventSourceLike['onmessage'] = null;
  isClosed = false;

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.(new Event('open'));
  }

  say(data: string): void {
    this.onmessage?.(new MessageEvent('message', { data }));
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.(new Event('error'));
  }
}

function aStream(checkLogin: () => Promise<boolean> = () => Promise.resolve(true)) {
  const clock = new ManualClock();
  const sources: Source[] = [];
  const events: DashboardEvent[] = [];
  const stream = new EventStream({
    clock,
    random: () => 0.5,
    checkLogin,
    onEvent: (event) => events.push(event),
    open: () => {
      const source = new Source();
      sources.push(source);
      return source;
    },
  });
  return { stream, clock, sources, events, stop: stream.start() };
}

test('the first opening fetches everything; the browser coming back by itself does not', () => {
  const { sources, events } = aStream();
  sources[0]?.open();
  sources[0]?.fail(0);
  sources[0]?.open();
  expect(events).toEqual([{ type: 'reset' }]);
});

test('events that keep the contract are told, others passed over', () => {
  const { sources, events } = aStream();
  sources[0]?.say('{"type":"worker","isConnected":false}');
  sources[0]?.say('{"type":"from the future"}');
  sources[0]?.say('no json');
  expect(events).toEqual([{ type: 'worker', isConnected: false }]);
});

test('after a refusal the login is checked and a new stream opened', async () => {
  const { stream, clock, sources, events } = aStream();
  sources[0]?.open();
  sources[0]?.fail(2);
  expect(stream.isConnected).toBe(false);
  clock.advance(0);
  await expect.poll(() => sources.length).toBe(2);
  sources[1]?.open();
  expect(events).toEqual([{ type: 'reset' }, { type: 'reset' }]);
});

test('without a login it stays quiet; without a network it tries on', async () => {
  const over = aStream(() => Promise.resolve(false));
  const down = aStream(() => Promise.reject(new Error('no network')));
  for (const { sources, clock } of [over, down]) {
    sources[0]?.fail(2);
    clock.advance(0);
  }
  await expect.poll(() => down.sources.length).toBe(2);
  expect(over.sources).toHaveLength(1);
});

test('stopping closes the stream and forgets the next try', () => {
  const { stop, clock, sources } = aStream();
  sources[0]?.fail(2);
  stop();
  clock.advance(60_000);
  expect(sources).toHaveLength(1);
  expect(clock.pending).toBe(0);
});
