/** What is told only after a question, and happened before it, says nothing about it. */
import { expect, test } from 'vitest';
import { BASH, Scene, SESSION } from './approvals.fixture.ts';

const IN_TERMINAL = { how: 'in_terminal' };

test('a question is not retired by the marker of an interrupt before it, which is read only now', () => {
  const scene = new Scene();
  scene.clock.advance(1_000);
  scene.ask();
  const marker = { from: 'transcript', what: 'interrupted', title: null } as const;
  scene.approvals.noticed(SESSION, { ...marker, atMs: scene.clock.nowMs() - 1 });
  expect(scene.outcomes).toEqual([]);
  scene.approvals.noticed(SESSION, { ...marker, atMs: scene.clock.nowMs() + 1 });
  expect(scene.outcomes).toEqual([{ how: 'withdrawn', why: 'turn_over' }]);
});

test('a question is not retired by the same command before it, of which is told only now', () => {
  const scene = new Scene();
  scene.ask(BASH, SESSION, 12);
  scene.hook('PostToolUse', BASH, 10);
  scene.hook('Stop', {}, 11);
  expect(scene.outcomes).toEqual([]);
  scene.hook('PostToolUse', BASH, 13);
  expect(scene.outcomes).toEqual([IN_TERMINAL]);
});
