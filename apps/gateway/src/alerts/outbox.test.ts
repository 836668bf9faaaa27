/** Deliveries: bounded, tried again where that may help, and given up when they are old news. */
import type { Delivery } from '@dashboard/protocol/alerts';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { OUTBOX_MAX, RETRY_AFTER_MS_MAX, RETRY_DELAYS_MS, SENDING_MAX } from './limits.ts';
import type { Answer } from './outgoing.ts';
import { Outbox } from './outbox.ts';

const TAKEN: Answer = { status: 201, retryAfterSeconds: undefined };
const BUSY: Answer = { status: 503, retryAfterSeconds: undefined };
const OUTGOING = { url: new URL('https://example.com'), headers: {}, body: new Uint8Array() };

/** @param answers one for each try; after them nothing is answered */
function setUp(...answers: readonly Answer[]) {
  const clock = new ManualClock();
  const done: Delivery[] = [];
  const left = [...answers];
  const counts = { tries: 0, dropped: 0 };
  let isWanted = true;
  const outbox = new Outbox({
    clock,
    random: () => 0.5,
    post: () => {
      counts.tries++;
      const answer = left.shift();
      return answer === undefined ? new Promise(() => undefined) : Promise.resolve(answer);
    },
    onDropped: () => counts.dropped++,
  });
  const parcel = {
    outgoing: () => OUTGOING,
    isWanted: () => isWanted,
    onDone: (delivery: Delivery) => void done.push(delivery),
  };
  const waits = async () => await until(() => clock.pending > 0, { what: 'it waits' });
  return { clock, outbox, parcel, done, counts, waits, forget: () => (isWanted = false) };
}

test('what was taken is over', async () => {
  const { outbox, parcel, done, clock } = setUp(TAKEN);
  outbox.add(parcel);
  await until(() => done.length === 1, { what: 'it is delivered' });
  expect(done).toMatchObject([{ outcome: 'delivered', reason: 'answered 201' }]);
  expect(clock.pending).toBe(0);
});

test('a receiver that cannot now is asked again, later and later, and then no more', async () => {
  const { outbox, parcel, done, clock, counts, waits } = setUp(BUSY, BUSY, BUSY, BUSY);
  outbox.add(parcel);
  for (const [place, delayMs] of RETRY_DELAYS_MS.entries()) {
    await waits();
    clock.advance(delayMs - 1);
    expect(counts.tries).toBe(place + 1);
    clock.advance(1);
  }
  await until(() => done.length === 1, { what: 'it is given up' });
  expect(done).toMatchObject([{ outcome: 'failed', reason: 'refused with 503' }]);
  expect(counts.tries).toBe(RETRY_DELAYS_MS.length + 1);
});

test.each([
  [{ status: 404, retryAfterSeconds: undefined }],
  [{ status: 301, retryAfterSeconds: undefined }],
  [{ problem: 'private', mayRetry: false }],
])('%j is final', async (answer) => {
  const { outbox, parcel, done, counts } = setUp(answer);
  outbox.add(parcel);
  await until(() => done.length === 1, { what: 'it has failed' });
  expect(counts.tries).toBe(1);
});

test('a receiver says when to come back, within reason', async () => {
  const { outbox, parcel, clock, counts, waits } = setUp({ status: 429, retryAfterSeconds: 1e9 });
  outbox.add(parcel);
  await waits();
  clock.advance(RETRY_AFTER_MS_MAX - 1);
  expect(counts.tries).toBe(1);
  clock.advance(1);
  expect(counts.tries).toBe(2);
});

test('what is over by then is not tried again', async () => {
  const { outbox, parcel, clock, counts, waits, forget } = setUp(BUSY);
  outbox.add(parcel);
  await waits();
  forget();
  clock.advance(RETRY_AFTER_MS_MAX);
  expect(counts.tries).toBe(1);
});

test('so many leave at once, so many wait, and one more is dropped', () => {
  const { outbox, parcel, counts } = setUp();
  for (let n = 0; n < SENDING_MAX + OUTBOX_MAX; n++) outbox.add(parcel);
  expect(counts).toEqual({ tries: SENDING_MAX, dropped: 0 });
  outbox.add(parcel);
  expect(counts.dropped).toBe(1);
});

test('the end cancels what waits', async () => {
  const { outbox, parcel, clock, waits } = setUp(BUSY);
  outbox.add(parcel);
  await waits();
  outbox.stop();
  expect(clock.pending).toBe(0);
});
