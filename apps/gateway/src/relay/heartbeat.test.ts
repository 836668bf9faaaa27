/** Who is cut off, who is not, and when, to the second. */
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { Heartbeat } from './heartbeat.ts';
import {
  ASK_AFTER_MS,
  HEARTBEAT_CHECK_EVERY_MS,
  PING_EVERY_MS,
  SNAPSHOT_BYTES_PER_S_MIN,
  STALLED_AFTER_MS,
} from './limits.ts';

const output = { bytes: 1000, isSnapshot: false };

function setUp(): {
  clock: ManualClock;
  heartbeat: Heartbeat;
  socket: { isPaused: boolean; pings: number; ping: () => void };
  ends: string[];
} {
  const clock = new ManualClock();
  const socket = { isPaused: false, pings: 0, ping: () => void socket.pings++ };
  const ends: string[] = [];
  const heartbeat = new Heartbeat({ socket, clock, stalled: (why) => ends.push(why) });
  heartbeat.start();
  return { clock, heartbeat, socket, ends };
}

test('who takes nothing is asked once, and cut off after its time', () => {
  const { clock, heartbeat, socket, ends } = setUp();
  heartbeat.sent(output);
  clock.advance(ASK_AFTER_MS - 1);
  expect(socket.pings).toBe(0);
  clock.advance(STALLED_AFTER_MS - ASK_AFTER_MS - HEARTBEAT_CHECK_EVERY_MS);
  expect({ pings: socket.pings, ends }).toEqual({ pings: 1, ends: [] });
  clock.advance(2 * HEARTBEAT_CHECK_EVERY_MS);
  expect({ pings: socket.pings, ends }).toEqual({ pings: 1, ends: ['too_slow'] });
  expect(clock.pending).toBe(0);
});

test('who answers pings and acknowledges nothing stays', () => {
  const { clock, heartbeat, socket, ends } = setUp();
  socket.ping = () => heartbeat.heard();
  for (let second = 0; second < 60; second++) {
    heartbeat.sent(output);
    clock.advance(1000);
  }
  expect(ends).toEqual([]);
});

test('of a quiet browser nothing is asked but a ping now and then, which it must answer', () => {
  const { clock, heartbeat, socket, ends } = setUp();
  heartbeat.sent(output);
  heartbeat.heard();
  clock.advance(PING_EVERY_MS);
  expect(socket.pings).toBe(1);
  heartbeat.heard();
  clock.advance(PING_EVERY_MS);
  expect(socket.pings).toBe(2);
  clock.advance(STALLED_AFTER_MS + HEARTBEAT_CHECK_EVERY_MS);
  expect(ends).toEqual(['browser']);
});

test('a snapshot on a slow line is waited for as long as it takes there', () => {
  const { clock, heartbeat, ends } = setUp();
  heartbeat.sent({ bytes: 20 * SNAPSHOT_BYTES_PER_S_MIN, isSnapshot: true });
  clock.advance(STALLED_AFTER_MS + 19_000);
  expect(ends).toEqual([]);
  clock.advance(2_000);
  expect(ends).toEqual(['too_slow']);
});

test('a browser that is not read, since the worker takes no input, is not blamed', () => {
  const { clock, heartbeat, socket, ends } = setUp();
  heartbeat.sent(output);
  socket.isPaused = true;
  clock.advance(2 * STALLED_AFTER_MS);
  expect(ends).toEqual([]);
});

test('nothing is asked after the end', () => {
  const { clock, heartbeat, socket, ends } = setUp();
  heartbeat.sent(output);
  heartbeat.stop();
  clock.advance(2 * STALLED_AFTER_MS);
  expect({ pings: socket.pings, ends }).toEqual({ pings: 0, ends: [] });
});
