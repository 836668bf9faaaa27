/** Which sessions end for having been idle, and which go on though nobody looks. */
import type { AgentState } from '@dashboard/protocol/agents';
import { expect, test } from 'vitest';
import { overdue, type Idler } from './idle-policy.ts';

const TIMEOUT_MS = 60_000;

function idler(state: AgentState | null, more: Partial<Idler> = {}): Idler {
  const agent = state === null ? null : { state };
  return { isRunning: true, idleMs: TIMEOUT_MS, summary: () => ({ agent }), ...more };
}

const ends = (one: Idler, timeoutMs = TIMEOUT_MS): boolean =>
  overdue([one], { timeoutMs }).length === 1;

test.each([null, 'idle', 'interrupted', 'error', 'limited', 'unknown', 'setup_blocked'] as const)(
  'ends, and may be resumed: %s',
  (state) => expect(ends(idler(state))).toBe(true),
);

test.each([
  ...(['working', 'compacting', 'background'] as const),
  ...(['needs_permission', 'needs_answer', 'needs_plan', 'needs_input'] as const),
])('goes on, however long nobody looks: %s', (state) => {
  expect(ends(idler(state, { idleMs: 1_000 * TIMEOUT_MS }))).toBe(false);
});

test('not a millisecond early, not what has ended, and none at all at 0', () => {
  expect(ends(idler('idle', { idleMs: TIMEOUT_MS - 1 }))).toBe(false);
  expect(ends(idler('idle', { isRunning: false }))).toBe(false);
  expect(ends(idler('idle', { idleMs: 1_000 * TIMEOUT_MS }), 0)).toBe(false);
});
