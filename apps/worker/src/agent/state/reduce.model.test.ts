/** Signals in any order: what holds of a state whatever arrives. */
import { AgentStatus } from '@dashboard/protocol/agents';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { beginning, reduce, type Mind, type RegistrySignal, type Signal } from './index.ts';

const EVENTS = [
  ...['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure'],
  ...['PermissionRequest', 'PermissionDenied', 'Notification', 'Elicitation', 'ElicitationResult'],
  ...['SubagentStart', 'SubagentStop', 'PreCompact', 'PostCompact', 'Stop', 'StopFailure'],
  ...['SessionEnd', 'SomethingNew'],
];
/** They say that a turn goes on, and none of them begins one. */
const UNDER_WAY = ['PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'PermissionDenied'];
const KINDS = [
  ...['startup', 'clear', 'compact', 'manual', 'auto', 'rate_limit', 'overloaded', 'idle_prompt'],
  ...['permission_prompt', 'elicitation_dialog', 'elicitation_complete'],
];

const orNull = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const told = orNull(fc.string({ unit: 'binary', maxLength: 600 }));
const tool = orNull(
  fc.record({
    name: fc.constantFrom('Bash', 'AskUserQuestion', 'ExitPlanMode', 'Read'),
    gist: fc.string({ unit: 'binary', maxLength: 300 }),
  }),
);
const hook = fc.record({
  from: fc.constant('hook' as const),
  order: orNull(fc.nat(40)),
  event: fc.constantFrom(...EVENTS),
  conversation: orNull(fc.constantFrom('one', 'two')),
  permissionMode: orNull(fc.constantFrom('default', 'plan')),
  subagent: orNull(fc.constantFrom('a1', 'a2')),
  tool,
  kind: orNull(fc.constantFrom(...KINDS)),
  words: told,
  model: orNull(fc.constant('opus')),
  prompt: fc.constant(null),
  tasks: fc.nat(2),
  isInterrupt: fc.boolean(),
});
const WHATS: readonly RegistrySignal['what'][] = ['busy', 'idle', 'waiting', 'shell', 'gone'];
const registry = fc.record({
  from: fc.constant('registry' as const),
  what: fc.constantFrom(...WHATS),
  waitingFor: orNull(fc.constantFrom('permission prompt', 'input needed', 'dialog open')),
  /** How old the status is in the file. */
  ageMs: fc.nat(5_000),
  conversation: orNull(fc.constantFrom('one', 'two')),
});
const others = fc.constantFrom(
  { from: 'process', what: 'launched' } as const,
  { from: 'process', what: 'adopted' } as const,
  { from: 'process', what: 'ended' } as const,
  { from: 'transcript', what: 'interrupted', title: null } as const,
  { from: 'transcript', what: 'title', title: 'a title' } as const,
  { from: 'screen', dialog: 'trust' } as const,
  { from: 'screen', dialog: null } as const,
  { from: 'clock' } as const,
  { from: 'held', count: 1 } as const,
  { from: 'held', count: 0 } as const,
);
const statusLine = fc.record({
  from: fc.constant('status_line' as const),
  model: orNull(fc.constant('opus')),
  contextPercent: orNull(fc.double({ min: 0, max: 100, noNaN: true })),
  costUsd: orNull(fc.double({ min: 0, max: 9_999, noNaN: true })),
  title: orNull(fc.constant('a title')),
  limitEndsAtMs: orNull(fc.nat()),
});

/** One signal, and how long after the one before. */
const step = fc.tuple(
  fc.oneof({ weight: 4, arbitrary: hook }, { weight: 3, arbitrary: registry }, others, statusLine),
  fc.oneof(fc.nat(300), fc.nat(20_000), fc.constant(700_000)),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Moment {
  readonly mind: Mind;
  readonly nowMs: number;
}

function take({ mind, nowMs }: Moment, [what, passedMs]: Step): Moment {
  const atMs = nowMs + passedMs;
  const signal: Signal =
    what.from === 'registry'
      ? { ...what, atMs, sinceMs: Math.max(0, atMs - what.ageMs) }
      : { ...what, atMs };
  return { mind: reduce(mind, signal), nowMs: atMs };
}

const BEGINNING: Moment = { mind: beginning(0, true), nowMs: 0 };
const history = fc.array(step, { maxLength: 60 });

test('a status is always whole, bounded, and not of the future', () => {
  fc.assert(
    fc.property(history, (steps) => {
      let moment = BEGINNING;
      for (const one of steps) {
        moment = take(moment, one);
        const { status } = moment.mind;
        expect([...Value.Errors(AgentStatus, status)]).toEqual([]);
        expect(status.sinceMs).toBeLessThanOrEqual(moment.nowMs);
        expect(status.evidence.atMs).toBeLessThanOrEqual(moment.nowMs);
        expect(status.dialog === null).toBe(status.state !== 'setup_blocked');
        if (status.state !== 'limited') expect(status.limitEndsAtMs).toBeNull();
      }
    }),
    { numRuns: 400 },
  );
});

test('nothing but a new start follows the end of the process', () => {
  fc.assert(
    fc.property(history, history, (before, later) => {
      let moment = take(before.reduce(take, BEGINNING), [{ from: 'process', what: 'ended' }, 1]);
      for (const one of later.filter(([what]) => what.from !== 'process')) {
        moment = take(moment, one);
        expect(moment.mind.status.state).toBe('exited');
      }
    }),
  );
});

const EXPECTED: Readonly<Record<string, RegExp>> = {
  busy: /^(working|compacting)$/,
  idle: /^(idle|interrupted|limited|error|background)$/,
  waiting: /^needs_/,
  shell: /^(background|limited|error)$/,
};

test('never stuck: whatever came before, 2 s of the same registry bring its state', () => {
  const lasting = fc.constantFrom('busy', 'idle', 'waiting', 'shell');
  fc.assert(
    fc.property(history, lasting, (before, what) => {
      let moment = before.reduce(take, BEGINNING);
      moment = take(moment, [{ from: 'process', what: 'launched' }, 1]);
      moment = take(moment, [{ from: 'held', count: 0 }, 1]);
      const says = { from: 'registry', what, waitingFor: null, conversation: null } as const;
      // Written once, then read again and again.
      for (let ageMs = 0; ageMs <= 2_000; ageMs += 500) {
        moment = take(moment, [{ ...says, ageMs }, ageMs === 0 ? 1 : 500]);
      }
      expect(moment.mind.status.state).toMatch(EXPECTED[what] ?? /never/);
    }),
    { numRuns: 400 },
  );
});

test('a hook of a tool that others have overtaken changes nothing, whatever came before', () => {
  const late = fc.constantFrom('PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'Elicitation');
  fc.assert(
    fc.property(
      history,
      hook,
      fc.record({ event: late, order: fc.nat(40) }),
      (before, newest, overtaken) => {
        let moment = take(before.reduce(take, BEGINNING), [{ ...newest, order: 41 }, 1]);
        moment = { ...moment, mind: { ...moment.mind, order: 41 } };
        const { mind } = take(moment, [{ ...newest, ...overtaken }, 0]);
        const settled = take(moment, [{ from: 'clock' }, 0]).mind;
        expect(mind).toEqual(settled);
      },
    ),
  );
});

test('after an interrupt, nothing that was under way makes it work again', () => {
  const late = fc.array(
    fc.tuple(
      fc.oneof(
        hook.map((one) => ({ ...one, event: UNDER_WAY[one.tasks] ?? 'PreToolUse', tool: null })),
        fc.constant({ from: 'clock' } as const),
        statusLine,
      ),
      fc.nat(150),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(history, late, (before, later) => {
      let moment = before.reduce(take, BEGINNING);
      const begin: Step[] = [
        [{ from: 'process', what: 'launched' }, 1],
        [{ from: 'registry', what: 'busy', waitingFor: null, conversation: null, ageMs: 0 }, 2_000],
        [{ from: 'transcript', what: 'interrupted', title: null }, 50],
      ];
      moment = begin.reduce(take, moment);
      expect(moment.mind.status.state).toBe('interrupted');
      for (const one of later) {
        moment = take(moment, one);
        expect(moment.mind.status.state).toBe('interrupted');
      }
    }),
  );
});
