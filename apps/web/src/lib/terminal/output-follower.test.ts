/** Output as a viewer follows it: attaching, resuming, snapshots, acknowledgements. */
import { expect, test } from 'vitest';
import { acks, attached, output, setUp, SIZE, snapshot } from './terminal-session.fixture.ts';

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
  expect(acks(last().sent)).toEqual([{ type: 'ack', offset: 900 }]);
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
  clock.advance(40);
  expect(acks(last().sent)).toEqual([]);
});
