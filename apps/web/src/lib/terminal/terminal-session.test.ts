/** The state machine of a viewer: attaching, resuming, acknowledging, typing, coming back. */
import { utf8 } from '@dashboard/protocol/terminal/bytes';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { ViewerFrame } from '@dashboard/protocol/terminal/viewer-frames';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';

import { Backoff } from '../api/backoff.ts';
import type { Place, Surface } from './output-follower.ts';
import { TerminalSession } from './terminal-session.svelte.ts';
import type { Loss, SocketEvents } from './terminal-socket.ts';

const SIZE = { cols: 80, rows: 24 };

/** The far end of one socket, as the session opened it. */
interface Opened {
  readonly window: TerminalSize | undefined;
  readonly place: Place | undefined;
  readonly events: SocketEvents;
  readonly sent: ViewerFrame[];
  isClosed: boolean;
}

/** Writes down what it is told, and parses at once unless it is told to wait. */
class Paper implements Surface {
  text = '';
  log: string[] = [];
  isSlow = false;
  readonly #parsed: (() => void)[] = [];

  reset(): void {
    this.text = '';
    this.log.push('reset');
  }

  resize({ cols, rows }: TerminalSize): void {
    this.log.push(`${cols}x${rows}`);
  }

  write(bytes: Uint8Array, parsed: () => void): void {
    this.text += new TextDecoder().decode(bytes);
    this.#parsed.push(parsed);
    if (!this.isSlow) this.parse();
  }

  parse(): void {
    for (const parsed of this.#parsed.splice(0)) parsed();
  }
}

function setUp() {
  const clock = new ManualClock();
  const paper = new Paper();
  const opened: Opened[] = [];
  const session = new TerminalSession({
    clock,
    random: () => 0.5,
    open: (window, place, events) => {
      const one: Opened = { window, place, events, sent: [], isClosed: false };
      opened.push(one);
      return {
        send: (frame) => void one.sent.push(frame),
        close: () => void (one.isClosed = true),
      };
    },
  });
  session.start(paper, SIZE);
  const last = () => {
    const one = opened.at(-1);
    if (one === undefined) throw new Error('nothing was opened');
    return one;
  };
  const receive = (...frames: WorkerFrame[]) => {
    for (const frame of frames) last().events.frame(frame);
  };
  const lose = (loss: Partial<Loss> = {}) =>
    last().events.lost({ stage: 'socket', why: undefined, ...loss });
  const type = (text: string) => session.type(utf8(text));
  return { clock, paper, opened, session, last, receive, lose, type };
}

const attached = (more: Partial<Extract<WorkerFrame, { type: 'attached' }>> = {}): WorkerFrame => ({
  type: 'attached',
  epoch: 1,
  offset: 0,
  size: SIZE,
  role: 'operator',
  isController: true,
  inputOffset: 0,
  ...more,
});
const output = (offset: number, text: string): WorkerFrame => ({
  type: 'output',
  offset,
  bytes: utf8(text),
});
const snapshot = (offset: number, text: string, part = { isFirst: true, isLast: true }) =>
  ({
    type: 'snapshot',
    offset,
    size: SIZE,
    scrollbackLines: 0,
    bytes: utf8(text),
    ...part,
  }) as const;

const acks = (sent: ViewerFrame[]) => sent.filter((frame) => frame.type === 'ack');
const typed = (sent: ViewerFrame[]) => sent.filter((frame) => frame.type === 'input');

test('the first attach tells the window and asks for no place', () => {
  const { session, last, receive } = setUp();
  expect(last()).toMatchObject({ window: SIZE, place: undefined });
  expect(session.connection.name).toBe('connecting');
  receive(attached());
  expect(session.connection.name).toBe('live');
});

test('output that continues is drawn and acknowledged when it is parsed', () => {
  const { paper, last, receive } = setUp();
  paper.isSlow = true;
  receive(attached(), output(0, 'hello '), output(6, 'world'));
  expect(paper.text).toBe('hello world');
  expect(acks(last().sent)).toEqual([]);
  paper.parse();
  expect(acks(last().sent)).toEqual([{ type: 'ack', offset: 11 }]);
});

test('a backlog that is parsed bit by bit is acknowledged after 40 ms', () => {
  const { clock, paper, last, receive } = setUp();
  receive(attached(), output(0, 'a'));
  paper.isSlow = true;
  receive(output(1, 'b'));
  const parseOne = paper.parse.bind(paper);
  receive(output(2, 'c'));
  parseOne();
  clock.advance(40);
  expect(acks(last().sent).at(-1)).toEqual({ type: 'ack', offset: 3 });
});

test('output that overlaps is drawn once', () => {
  const { paper, receive } = setUp();
  receive(attached(), output(0, 'abcdef'), output(3, 'defghi'), output(0, 'abc'));
  expect(paper.text).toBe('abcdefghi');
});

test('a gap in the output leads to a new attach that asks for a snapshot, and tells what was skipped', () => {
  const { clock, session, paper, opened, last, receive } = setUp();
  receive(attached(), output(0, 'abc'), output(10, 'later'));
  expect(paper.text).toBe('abc');
  expect(session.connection).toMatchObject({ name: 'waiting', why: 'gap' });
  clock.advance(0);
  expect(opened).toHaveLength(2);
  expect(last().place).toBeUndefined();
  receive(attached({ offset: 15 }), snapshot(15, 'screen'));
  expect(paper.text).toBe('screen');
  expect(session.skippedBytes).toBe(12);
});

test('after a loss it resumes at once from the place it had', () => {
  const { clock, paper, session, last, receive, lose } = setUp();
  receive(attached({ epoch: 7, offset: 100 }), output(100, 'abc'));
  lose();
  expect(session.connection).toEqual({ name: 'waiting', retryInSeconds: 0, why: undefined });
  clock.advance(0);
  expect(last().place).toEqual({ epoch: 7, offset: 103 });
  receive(attached({ epoch: 7, offset: 103 }), output(103, 'def'));
  expect(paper.text).toBe('abcdef');
  expect(paper.log.filter((line) => line === 'reset')).toHaveLength(1);
  expect(session.skippedBytes).toBeUndefined();
});

test('a snapshot replaces the screen, in chunks, and the banner tells how much was skipped', () => {
  const { clock, paper, session, receive, lose } = setUp();
  receive(attached(), output(0, 'old'));
  lose();
  clock.advance(0);
  receive(
    attached({ offset: 3 }),
    snapshot(5003, 'new ', { isFirst: true, isLast: false }),
    snapshot(5003, 'screen', { isFirst: false, isLast: true }),
    output(5003, '!'),
  );
  expect(paper.text).toBe('new screen!');
  expect(session.skippedBytes).toBe(5000);
  clock.advance(10_000);
  expect(session.skippedBytes).toBeUndefined();
});

test('the snapshot of the first attach is no news', () => {
  const { session, receive, last } = setUp();
  receive(attached({ offset: 900 }), snapshot(900, 'screen'));
  expect(session.skippedBytes).toBeUndefined();
  expect(acks(last().sent)).toEqual([]);
});

test('a log that began anew clears the old screen only when there is something new', () => {
  const { clock, paper, receive, lose } = setUp();
  receive(attached(), output(0, 'old'));
  lose();
  clock.advance(0);
  receive(attached({ epoch: 2, offset: 0 }));
  expect(paper.text).toBe('old');
  receive(output(0, 'new'));
  expect(paper.text).toBe('new');
});

test('bytes of the old log parsed late are not acknowledged in the new one', () => {
  const { clock, paper, last, receive, lose } = setUp();
  paper.isSlow = true;
  receive(attached({ offset: 1000 }), output(1000, 'old'));
  lose();
  clock.advance(0);
  receive(attached({ epoch: 2 }));
  paper.parse();
  expect(acks(last().sent)).toEqual([]);
});

test('input is numbered, and acknowledged input is not sent again', () => {
  const { clock, last, receive, lose, type } = setUp();
  receive(attached());
  type('ls');
  type('\r');
  expect(typed(last().sent)).toMatchObject([{ inputOffset: 0 }, { inputOffset: 2 }]);
  receive({ type: 'inputAck', inputOffset: 2 });
  lose();
  clock.advance(0);
  receive(attached({ inputOffset: 2 }));
  expect(typed(last().sent)).toEqual([{ type: 'input', inputOffset: 2, bytes: utf8('\r') }]);
});

test('a long paste is split, held back and continued as the pane takes it', () => {
  const { last, receive, type } = setUp();
  receive(attached());
  type('x'.repeat(100 * 1024));
  expect(typed(last().sent)).toHaveLength(4);
  receive({ type: 'inputAck', inputOffset: 16 * 1024 });
  expect(typed(last().sent)).toHaveLength(5);
  receive({ type: 'inputAck', inputOffset: 80 * 1024 });
  const all = typed(last().sent).map((frame) => (frame.type === 'input' ? frame.bytes.length : 0));
  expect(all.reduce((sum, length) => sum + length, 0)).toBe(100 * 1024);
});

test('input that a new worker never had is dropped and shown', () => {
  const { clock, session, last, receive, lose, type } = setUp();
  receive(attached());
  type('rm -rf build');
  lose();
  clock.advance(0);
  receive(attached({ epoch: 2 }));
  expect(session.lostInput).toBe('rm -rf build');
  expect(typed(last().sent)).toEqual([]);
  type('ls');
  expect(typed(last().sent)).toMatchObject([{ inputOffset: 0 }]);
});

test('keys typed while not live are dropped with a hint, reports silently', () => {
  const { clock, session, last, receive, lose, type } = setUp();
  type('\x1b[I');
  expect(session.hint).toBeUndefined();
  type('a');
  expect(session.hint).toBe('not_connected');
  clock.advance(3000);
  expect(session.hint).toBeUndefined();
  receive(attached({ role: 'observer' }));
  type('a');
  expect(session.hint).toBe('view_only');
  lose();
  expect(typed(last().sent)).toEqual([]);
});

test('tries come slower and slower, and at once when the page becomes visible', () => {
  const { clock, session, opened, lose } = setUp();
  for (const delayMs of [0, 100, 250, 500, 1000, 2000, 5000, 5000]) {
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
