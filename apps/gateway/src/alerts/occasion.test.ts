/** What there is to tell: once for each thing that happens, and nothing of what was before. */
import type { AgentState } from '@dashboard/protocol/agents';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSame, look, type Seen } from './occasion.ts';
import { sessionWith, type Wanted } from './session.fixture.ts';

const MINUTE_MS = 60_000;

/** Looks at one after the other. */
function after(...steps: readonly Wanted[]): Seen['standing'] {
  let seen: Seen | undefined;
  for (const step of steps) seen = look(seen, sessionWith(step));
  return seen?.standing;
}

describe('an occasion', () => {
  test.each([
    ['asks', 'needs_permission'],
    ['asks', 'needs_answer'],
    ['asks', 'needs_plan'],
    ['asks', 'needs_input'],
    ['asks', 'setup_blocked'],
    ['failed', 'error'],
    ['failed', 'limited'],
  ] as const)('%s: %s, as long as that lasts', (kind, state) => {
    const asked = { state, sinceMs: 7 } as const;
    expect(after(asked)).toMatchObject({ kind, what: state, sinceMs: 7, name: 'apples' });
    expect(after(asked, asked)).toEqual(after(asked));
    expect(after(asked, { state: 'working', sinceMs: 8 })).toBeUndefined();
  });

  test.each([
    'starting',
    'working',
    'compacting',
    'background',
    'interrupted',
    'unknown',
    'exited',
  ])('is none: %s', (state) => {
    expect(after({ state: state as AgentState })).toBeUndefined();
  });

  test('of a shell there is none, but that it was lost', () => {
    expect(after({})).toBeUndefined();
    expect(after({}, { phase: 'lost', sinceMs: 3 })).toMatchObject({ kind: 'lost', sinceMs: 3 });
    expect(after({}, { phase: 'exited' })).toBeUndefined();
  });

  test('lost before it was first seen is history', () => {
    expect(after({ phase: 'lost' })).toBeUndefined();
    expect(after({ phase: 'exited' }, { phase: 'lost' })).toBeUndefined();
    const lost = { phase: 'lost', sinceMs: 3 } as const;
    expect(after({}, lost, lost)).toMatchObject({ kind: 'lost' });
    expect(after({}, lost, { state: 'idle' })).toBeUndefined();
  });
});

describe('work', () => {
  const works = (sinceMs: number): Wanted => ({ state: 'working', sinceMs });
  const idle = (sinceMs: number): Wanted => ({ state: 'idle', sinceMs });

  test('is finished when its agent is idle, after so long', () => {
    const done = after(works(MINUTE_MS), idle(8 * MINUTE_MS));
    expect(done).toMatchObject({ kind: 'finished', workedMs: 7 * MINUTE_MS });
    expect(after(works(MINUTE_MS), idle(8 * MINUTE_MS), idle(8 * MINUTE_MS))).toEqual(done);
  });

  test('goes on while it is compacting, in the background or not clear', () => {
    const on = (['compacting', 'background', 'unknown'] as const).map((state, n) => ({
      ...{ state, sinceMs: (n + 2) * MINUTE_MS },
    }));
    const done = after(works(MINUTE_MS), ...on, works(7 * MINUTE_MS), idle(9 * MINUTE_MS));
    expect(done).toMatchObject({ kind: 'finished', workedMs: 8 * MINUTE_MS });
  });

  test('begins anew with each answer of a person', () => {
    const asks: Wanted = { state: 'needs_permission', sinceMs: 2 * MINUTE_MS };
    const done = after(works(0), asks, works(60 * MINUTE_MS), idle(61 * MINUTE_MS));
    expect(done).toMatchObject({ workedMs: MINUTE_MS });
  });

  test('that a person ended is not finished, nor is what was idle all the time', () => {
    const stopped: Wanted = { state: 'interrupted', sinceMs: 2 };
    expect(after(works(0), stopped, idle(3))).toBeUndefined();
    expect(after(idle(3))).toBeUndefined();
  });
});

test('whatever is seen in whatever order, the same look again changes nothing', () => {
  const states: AgentState[] = [
    'idle',
    'working',
    'needs_answer',
    'error',
    'background',
    'unknown',
  ];
  const step = fc.record({
    state: fc.constantFrom(...states),
    phase: fc.constantFrom('running', 'exited', 'lost'),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
      const numbered = steps.map((each, sinceMs) => ({ ...each, sinceMs })) as Wanted[];
      const last = numbered.at(-1) ?? {};
      expect(isSame(after(...numbered), after(...numbered, last))).toBe(true);
    }),
  );
});
