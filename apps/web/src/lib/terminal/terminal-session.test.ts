/** A viewer that comes back: what it tells, how long it waits, when it gives up. */
import { expect, test } from 'vitest';
import { Backoff } from '../api/backoff.ts';
import { attached, output, setUp, typed } from './terminal-session.fixture.ts';

test('tries come slower and slower, and at once when the page becomes visible', () => {
  const { clock, session, opened, lose } = setUp();
  for (const delayMs of [0, 100, 250, 500, 500, 500, 1000, 1000, 2000, 5000, 5000]) {
    lose();
    const before = opened.length;
    if (delayMs > 0) clock.advance(delayMs - 1);
    if (delayMs > 0) expect(opened).toHaveLength(before);
    clock.advance(1);
    expect(opened).toHaveLength(before + 1);
  }
  lose();
  expect(session.connection).toMatchObject({ name: 'waiting', retryInSeconds: 5 });
  clock.advance(2000);
  expect(session.connection).toMatchObject({ retryInSeconds: 3 });
  const before = opened.length;
  session.wake();
  expect(opened).toHaveLength(before + 1);
});

test('an attach that does not last starts no new count; one that lasts does', () => {
  const { clock, opened, receive, lose } = setUp();
  receive(attached());
  lose();
  clock.advance(0);
  receive(attached());
  lose();
  clock.advance(99);
  expect(opened).toHaveLength(2);
  clock.advance(1);
  receive(attached());
  clock.advance(5000);
  lose();
  clock.advance(0);
  expect(opened).toHaveLength(4);
});

test('the times are spread by a fifth', () => {
  const [early, late] = [new Backoff(() => 0), new Backoff(() => 1)];
  expect([early.next(), early.next(), late.next(), late.next()]).toEqual([0, 80, 0, 120]);
});

test('a session that was stopped does not come back', () => {
  const { clock, opened, session, lose } = setUp();
  lose();
  session.stop();
  clock.advance(60_000);
  expect(opened).toHaveLength(1);
});

test('an attempt that hangs is given up', () => {
  const { clock, opened, session } = setUp();
  clock.advance(10_000);
  expect(opened.map((one) => one.isClosed)).toEqual([true, false]);
  expect(session.connection.name).toBe('connecting');
});

test('what a socket that was given up still says is not heard', () => {
  const { opened, session, receive } = setUp();
  receive(attached());
  session.networkReturned();
  opened[0]?.events.frame(output(0, 'ghost'));
  opened[0]?.events.lost({ stage: 'socket', why: undefined });
  expect(session.connection.name).toBe('connecting');
});

test.each([
  ['forbidden', 'closed'],
  ['session_not_found', 'closed'],
  ['session_ended', 'closed'],
  ['unsupported_version', 'closed'],
  ['worker_unavailable', 'waiting'],
  ['draining', 'waiting'],
  ['invalid_ticket', 'waiting'],
  ['too_many_viewers', 'waiting'],
  ['unauthenticated', 'waiting'],
] as const)('a socket closed with %s leaves it %s', (why, name) => {
  const { session, receive, lose } = setUp();
  receive(attached());
  lose({ why });
  expect(session.connection).toMatchObject({ name, why });
});

test('a ticket refused for want of a login is final: the refresh has failed already', () => {
  const { session, lose } = setUp();
  lose({ stage: 'ticket', why: 'unauthenticated' });
  expect(session.connection).toEqual({ name: 'closed', why: 'unauthenticated' });
});

test('a gateway that drains names the time to come back', () => {
  const { clock, opened, receive } = setUp();
  receive(attached(), { type: 'closing', reason: 'draining', retryMs: 1500 });
  clock.advance(1499);
  expect(opened).toHaveLength(1);
  clock.advance(1);
  expect(opened).toHaveLength(2);
});

test('a session taken over by another tab stays there until it is taken back', () => {
  const { clock, session, opened, receive, lose } = setUp();
  receive(attached(), { type: 'closing', reason: 'replaced', retryMs: 0 });
  lose();
  clock.advance(60_000);
  expect(session.connection).toEqual({ name: 'closed', why: 'replaced' });
  expect(opened).toHaveLength(1);
  session.attach();
  expect(opened).toHaveLength(2);
});

test('the end of the program is told and the screen stays', () => {
  const { paper, session, receive, type, last } = setUp();
  receive(attached(), output(0, 'bye'));
  receive({ type: 'exited', code: 3, signal: null, isLost: false });
  type('x');
  expect(session.ending).toEqual({ code: 3, signal: null, isLost: false });
  expect(session.hint).toBe('ended');
  expect(paper.text).toBe('bye');
  expect(typed(last().sent)).toEqual([]);
});

test('a burst of window changes is one resize; an observer tells none', () => {
  const { clock, last, receive, session } = setUp();
  receive(attached());
  session.setWindow({ cols: 81, rows: 24 });
  clock.advance(100);
  session.setWindow({ cols: 90, rows: 30 });
  clock.advance(120);
  expect(last().sent).toEqual([{ type: 'resize', size: { cols: 90, rows: 30 } }]);
  receive(attached({ role: 'observer' }));
  session.setWindow({ cols: 100, rows: 30 });
  clock.advance(120);
  expect(last().sent).toHaveLength(1);
});

test('the surface has the size of the pane, whoever decides it', () => {
  const { paper, session, receive } = setUp();
  receive(attached({ isController: false }));
  receive({ type: 'size', size: { cols: 132, rows: 40 }, isController: false, controller: 'bob' });
  expect(paper.log).toEqual(['80x24', '132x40']);
  expect(session).toMatchObject({ isController: false, controller: 'bob' });
});

test('taking control tells the window first', () => {
  const { last, receive, session } = setUp();
  receive(attached({ isController: false }));
  session.setWindow({ cols: 100, rows: 30 });
  session.takeControl();
  expect(last().sent.map((frame) => frame.type)).toEqual(['resize', 'control']);
});

test('bytes that are no frame end the connection for good', () => {
  const { session, last } = setUp();
  last().events.frame({ type: 'malformed', why: 'no worker frame has type 3' });
  expect(session.connection).toEqual({ name: 'closed', why: 'malformed' });
  expect(last().isClosed).toBe(true);
});
