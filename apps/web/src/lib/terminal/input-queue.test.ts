/** Input as a viewer sends it: numbered, held back, sent again, or dropped and told. */
import { utf8 } from '@dashboard/protocol/terminal/bytes';
import { expect, test } from 'vitest';
import { attached, setUp, typed } from './terminal-session.fixture.ts';

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
