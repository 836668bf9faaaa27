/** When an agent may be given a prompt, over the same reducer that people's screens are told by. */
import { expect, test } from 'vitest';
import { beginning, reduce, type Mind, type Signal } from '../state/index.ts';
import { hook, registry } from '../state/signals.fixture.ts';
import { seenOf } from './seen.ts';

const LAUNCH = { from: 'process', what: 'launched', atMs: 0 } as const;
const ADOPTION = { from: 'process', what: 'adopted', atMs: 0 } as const;

function after(...signals: readonly Signal[]): { mind: Mind; last: Signal } {
  const mind = signals.reduce(reduce, beginning(0, true));
  return { mind, last: signals.at(-1) ?? LAUNCH };
}

const START = [LAUNCH, hook('SessionStart', 1_000, { kind: 'startup' })];
const IDLE = [...START, registry('idle', 1_100)];

test.each<[string, string, readonly Signal[]]>([
  ['has not started', 'busy', [LAUNCH]],
  ['has started', 'clear', IDLE],
  ['has started, and there is no registry', 'clear', START],
  ['works', 'busy', [...IDLE, hook('UserPromptSubmit', 2_000), registry('busy', 2_010)]],
  [
    'is said to have stopped while its registry is busy',
    'busy',
    [...[...IDLE, hook('UserPromptSubmit', 2_000), registry('busy', 2_010)], hook('Stop', 3_000)],
  ],
  ['asks for permission', 'dialog', [...IDLE, hook('PermissionRequest', 2_000)]],
  [
    'shows a dialog that no hook tells of',
    'dialog',
    [...IDLE, registry('waiting', 2_000, 'dialog open')],
  ],
  ['shows its trust dialog', 'dialog', [LAUNCH, { from: 'screen', dialog: 'trust', atMs: 900 }]],
  [
    'was interrupted',
    'held',
    [
      ...[
        ...IDLE,
        hook('UserPromptSubmit', 2_000),
        registry('busy', 2_010),
        registry('idle', 9_000),
      ],
      { from: 'clock', atMs: 11_000 },
    ],
  ],
  ['failed', 'held', [...IDLE, hook('StopFailure', 5_000, { kind: 'server_error' })]],
  ['met a limit', 'held', [...IDLE, hook('StopFailure', 5_000, { kind: 'rate_limit' })]],
  [
    'left a command behind',
    'clear',
    [...IDLE, hook('Stop', 5_000, { tasks: 1 }), registry('shell', 5_010)],
  ],
  ['was left by an earlier worker, idle', 'clear', [ADOPTION, registry('idle', 1_000)]],
  ['was left by an earlier worker, nobody knows', 'busy', [ADOPTION]],
  ['has silent hooks', 'busy', [LAUNCH, registry('idle', 1_000), { from: 'clock', atMs: 60_000 }]],
  ['has ended', 'busy', [...IDLE, { from: 'process', what: 'ended', atMs: 9_000 }]],
])('an agent that %s is %s', (_what, ground, signals) => {
  const { mind, last } = after(...signals);
  expect(seenOf(last, mind).ground).toBe(ground);
});

test('what it took is told by its hooks, commands in their own way', () => {
  const took = (signal: Signal) => seenOf(signal, after(...IDLE, signal).mind).took;
  expect(took(hook('UserPromptSubmit', 2_000, { prompt: 'fix it' }))).toBe('fix it');
  expect(took(hook('SessionStart', 2_000, { kind: 'clear' }))).toBe('/clear');
  expect(took(hook('PreCompact', 2_000, { kind: 'manual' }))).toBe('/compact');
  expect(took(hook('PreCompact', 2_000, { kind: 'auto' }))).toBeNull();
  expect(took(hook('Stop', 2_000))).toBeNull();
});
