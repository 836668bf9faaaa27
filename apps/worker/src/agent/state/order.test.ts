/** Which of two signals is the newer one: hooks that overtake each other, a registry written after them. */
import { describe, expect, test } from 'vitest';
import { REGISTRY_AHEAD_MS } from '../limits.ts';
import { reduce } from './index.ts';
import { after, BASH, hook, path, PROMPT, registry, START, tick } from './signals.fixture.ts';

test('Esc right after a hook is seen before the hook is old', () => {
  const hooks = [
    hook('UserPromptSubmit', 9_000),
    hook('PreToolUse', 9_000, { tool: BASH }),
    hook('PermissionRequest', 9_000, { tool: BASH }),
  ];
  for (const fresh of hooks) {
    const before = [...START, ...PROMPT, fresh, registry('idle', 9_100)];
    const atMs = 9_100 + REGISTRY_AHEAD_MS;
    expect(after(...before, tick(atMs - 1)).status.state).not.toBe('interrupted');
    expect(after(...before, tick(atMs)).status.state).toBe('interrupted');
  }
  const next = [hook('UserPromptSubmit', 9_150), registry('busy', 9_200), tick(9_900)];
  const states = path(...START, ...PROMPT, registry('idle', 9_100), ...next);
  expect(states.slice(-2)).toEqual(['interrupted', 'working']);
  // A prompt is told before the agent writes that it is busy with it.
  const prompted = [hook('UserPromptSubmit', 9_000), { ...registry('idle', 8_990), atMs: 9_020 }];
  expect(after(...START, ...prompted, tick(10_000)).status.state).toBe('working');
});

test('Esc in the turn of a prompt that had waited for another turn is an interrupt', () => {
  const waits = hook('UserPromptSubmit', 5_600);
  const turn = (busyMs: number) => [
    ...[hook('Stop', 6_000), registry('busy', busyMs), tick(busyMs + 500)],
    registry('idle', busyMs + 3_000),
  ];
  const before = [...START, ...PROMPT];
  expect(after(...before, waits, ...turn(6_040)).status.state).toBe('interrupted');
  // Work that ends without a hook is no turn: a command of the shell.
  expect(after(...before, ...turn(6_040)).status.state).toBe('idle');
  expect(after(...before, waits, ...turn(60_000)).status.state).toBe('idle');
});

describe('a hook of a tool that another has overtaken', () => {
  const asked = hook('PermissionRequest', 5_300, { tool: BASH, order: 12 });
  const stopped = hook('Stop', 6_000, { order: 14 });
  const tool = { tool: BASH };

  test.each([
    ['begins a tool that is asked for', asked, hook('PreToolUse', 5_320, { ...tool, order: 11 })],
    [
      'ends the same command, once before',
      asked,
      hook('PostToolUse', 5_320, { ...tool, order: 11 }),
    ],
    ['is of a turn that is over', stopped, hook('PostToolUse', 6_050, { ...tool, order: 13 })],
    ['opened a form', stopped, hook('Elicitation', 6_050, { order: 13 })],
  ])('changes nothing: it %s', (_what, newer, late) => {
    const before = after(...START, ...PROMPT, newer);
    expect(reduce(before, late)).toEqual(before);
    const inTime = reduce(before, { ...late, order: 15 });
    expect(inTime.status).not.toEqual(before.status);
    expect(inTime.order).toBe(15);
  });

  test('and one that the agent waited for counts whenever it comes', () => {
    const begun = hook('SubagentStart', 6_050, { order: 13, subagent: 'a1' });
    expect(after(...START, ...PROMPT, stopped, begun).status.subagents).toBe(1);
  });
});
