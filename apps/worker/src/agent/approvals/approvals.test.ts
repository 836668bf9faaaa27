/** Questions of agents: the first answer counts, evidence retires them, silence decides nothing. */
import type { ApprovalAnswer } from '@dashboard/protocol/approvals';
import { makeSessionId } from '@dashboard/protocol/ids';
import { describe, expect, test } from 'vitest';
import {
  APPROVAL_HOLD_MS,
  APPROVALS_MAX,
  APPROVALS_PER_SESSION_MAX,
  APPROVALS_REMEMBERED_MAX,
  CONFIRM_WITHIN_MS,
  REGISTRY_SETTLED_MS,
  SUBAGENT_HOLD_MS,
} from '../limits.ts';
import { ANN, BASH, BEN, printed, Scene, SESSION, settle } from './approvals.fixture.ts';

const IN_TERMINAL = { how: 'in_terminal' };
const SUBAGENT = { ...BASH, agent_id: 'a1', agent_type: 'general-purpose' };

describe('an answer', () => {
  test('reaches the hook at once, and is confirmed when the tool has run', async () => {
    const scene = new Scene();
    const hook = scene.ask();
    expect(scene.approvals.all()).toMatchObject([
      {
        session: SESSION,
        kind: 'permission',
        tool: 'Bash',
        directory: '/srv/shop',
        answered: null,
      },
    ]);
    scene.answer({ verdict: 'allow' });
    await settle();
    expect(hook.printed).toEqual(printed({ behavior: 'allow' }));
    expect(scene.approvals.all()).toMatchObject([{ answered: { name: 'ann', verdict: 'allow' } }]);
    expect(scene.outcomes).toEqual([]);
    hook.end(); // the hook has printed and is done
    scene.hook('PostToolUse');
    expect(scene.outcomes).toMatchObject([{ how: 'answered', isConfirmed: true }]);
    expect(scene.approvals.all()).toEqual([]);
    expect(scene.clock.pending).toBe(0);
  });

  test('counts once: whoever comes second is told who was first', async () => {
    const scene = new Scene();
    const hook = scene.ask();
    const { id } = scene;
    scene.answer({ verdict: 'deny', message: 'not today' }, ANN);
    const second = (): void => scene.answer({ verdict: 'allow' }, BEN, id);
    const refusal = { code: 'already_answered', message: 'ann denied it first' };
    expect(second).toThrow(expect.objectContaining(refusal));
    await settle();
    expect(hook.printed).toEqual(printed({ behavior: 'deny', message: 'not today' }));
    scene.hook('Stop', {});
    expect(second).toThrow(expect.objectContaining(refusal));
    expect(scene.audit).toEqual(['ann deny']);
  });

  test('that nothing bears out is said to be unconfirmed', () => {
    const scene = new Scene();
    scene.ask();
    scene.answer({ verdict: 'allow' });
    scene.clock.advance(CONFIRM_WITHIN_MS - 1);
    expect(scene.outcomes).toEqual([]);
    scene.clock.advance(1);
    expect(scene.outcomes).toMatchObject([{ how: 'answered', isConfirmed: false }]);
  });

  test('that comes after one in the terminal is refused', async () => {
    const scene = new Scene();
    const hook = scene.ask();
    const { id } = scene;
    scene.hook('PostToolUse');
    await settle();
    expect([hook.printed, scene.outcomes]).toEqual([null, [IN_TERMINAL]]);
    expect(() => scene.answer({ verdict: 'allow' }, ANN, id)).toThrow(
      expect.objectContaining({
        code: 'already_answered',
        message: 'it was answered in the terminal',
      }),
    );
  });

  test('to deny is not confirmed by the tool that ran all the same', () => {
    const scene = new Scene();
    scene.ask();
    scene.answer({ verdict: 'deny' });
    scene.hook('PostToolUse');
    expect(scene.outcomes).toEqual([IN_TERMINAL]);
  });

  test('that fits no question changes nothing, and the right one may follow', () => {
    const scene = new Scene();
    scene.ask();
    const none: readonly ApprovalAnswer[] = [
      { verdict: 'allow', suggestion: 0 },
      { verdict: 'answer', answers: [['x']] },
    ];
    for (const wrong of none) {
      expect(() => scene.answer(wrong)).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      );
    }
    scene.answer({ verdict: 'allow' });
    expect(scene.audit).toEqual(['ann allow']);
  });

  test('to a question that nobody knows is refused', () => {
    const scene = new Scene();
    scene.ask();
    const { id } = new OtherScene();
    expect(() => scene.answer({ verdict: 'allow' }, ANN, id)).toThrow(
      expect.objectContaining({ code: 'approval_not_found' }),
    );
  });
});

/** Another worker's question. */
class OtherScene extends Scene {
  constructor() {
    super();
    this.ask();
  }
}

describe('a question is retired', () => {
  test.each([
    ['its tool has run', (scene: Scene) => scene.hook('PostToolUse'), IN_TERMINAL],
    ['its turn ends', (scene: Scene) => scene.hook('Stop', {}), IN_TERMINAL],
    ['its turn fails', (scene: Scene) => scene.hook('StopFailure', {}), IN_TERMINAL],
    ['a new prompt is given', (scene: Scene) => scene.hook('UserPromptSubmit', {}), IN_TERMINAL],
    [
      'the conversation is closed',
      (scene: Scene) => scene.hook('SessionEnd', { reason: 'clear' }),
      { how: 'withdrawn', why: 'turn_over' },
    ],
    [
      'the tool was interrupted',
      (scene: Scene) => scene.hook('PostToolUseFailure', { ...BASH, is_interrupt: true }),
      { how: 'withdrawn', why: 'turn_over' },
    ],
    [
      'the program ends',
      (scene: Scene) =>
        scene.approvals.noticed(SESSION, { from: 'process', what: 'ended', atMs: 0 }),
      { how: 'withdrawn', why: 'session_over' },
    ],
    [
      'the conversation says that it was interrupted',
      (scene: Scene) =>
        scene.approvals.noticed(SESSION, {
          ...{ from: 'transcript', what: 'interrupted', title: null },
          atMs: scene.clock.nowMs(),
        }),
      { how: 'withdrawn', why: 'turn_over' },
    ],
  ] as const)('when %s, and the hook is silent', async (_when, happens, outcome) => {
    const scene = new Scene();
    const hook = scene.ask();
    happens(scene);
    await settle();
    expect([hook.printed, scene.outcomes]).toEqual([null, [outcome]]);
    expect(scene.clock.pending).toBe(0);
  });

  test('when its hook ends without an answer', () => {
    const scene = new Scene();
    scene.ask().end();
    expect(scene.outcomes).toEqual([{ how: 'withdrawn', why: 'let_go' }]);
  });

  test('when the registry waits no longer, and only if it stays so', () => {
    const scene = new Scene();
    scene.ask();
    scene.registry('busy', scene.clock.nowMs() - 5_000); // written before the dialog opened
    scene.clock.advance(REGISTRY_SETTLED_MS);
    expect(scene.outcomes).toEqual([]);
    scene.registry('waiting');
    scene.registry('busy');
    scene.clock.advance(REGISTRY_SETTLED_MS - 1);
    scene.registry('waiting'); // the next dialog
    scene.clock.advance(REGISTRY_SETTLED_MS);
    expect(scene.outcomes).toEqual([]);
    scene.registry('idle');
    scene.clock.advance(REGISTRY_SETTLED_MS);
    expect(scene.outcomes).toEqual([IN_TERMINAL]);
  });

  test('not by another tool, another agent, another session, or a prompt that waits in line', () => {
    const scene = new Scene();
    scene.ask();
    scene.registry('waiting');
    scene.hook('PostToolUse', { ...BASH, tool_input: { command: 'ls' } });
    scene.hook('PostToolUse', SUBAGENT);
    scene.hook('SubagentStop', SUBAGENT);
    scene.hook('PreToolUse');
    scene.hook('Notification', { notification_type: 'permission_prompt' });
    scene.hook('UserPromptSubmit', {});
    scene.registry('gone');
    const other = makeSessionId(1, new Uint8Array(16));
    scene.approvals.noticed(other, { from: 'process', what: 'ended', atMs: 0 });
    scene.clock.advance(CONFIRM_WITHIN_MS);
    expect(scene.outcomes).toEqual([]);
  });
});

describe('nobody answers', () => {
  test('the hook is silent before its time is over, and nothing is decided', async () => {
    const scene = new Scene();
    const hook = scene.ask();
    expect(scene.approvals.all()[0]?.expiresAtMs).toBe(scene.clock.nowMs() + APPROVAL_HOLD_MS);
    scene.clock.advance(APPROVAL_HOLD_MS - 1);
    await settle();
    expect(hook.printed).toBe('nothing yet');
    scene.clock.advance(1);
    await settle();
    expect(hook.printed).toBeNull();
    expect(scene.outcomes).toEqual([{ how: 'withdrawn', why: 'expired' }]);
  });

  test('a subagent is let go after half a minute, whatever the registry says', () => {
    const scene = new Scene();
    scene.ask(SUBAGENT);
    expect(scene.approvals.all()).toMatchObject([{ subagent: 'general-purpose' }]);
    scene.registry('waiting');
    scene.registry('busy');
    scene.hook('Stop', {}); // the agent's own turn
    scene.clock.advance(SUBAGENT_HOLD_MS - 1);
    expect(scene.outcomes).toEqual([]);
    scene.clock.advance(1);
    expect(scene.outcomes).toEqual([{ how: 'withdrawn', why: 'expired' }]);
  });
});

test('what cannot be shown is not held', async () => {
  const scene = new Scene();
  const hooks = [
    scene.ask({}),
    scene.ask({ tool_name: 'Bash' }),
    scene.ask({ tool_name: 'AskUserQuestion', tool_input: { questions: [] } }),
    scene.ask({ tool_name: 'ExitPlanMode', tool_input: {} }),
  ];
  await settle();
  expect(hooks.map((hook) => hook.printed)).toEqual([null, null, null, null]);
  expect(scene.events).toEqual([]);
});

test('the tables have an end', async () => {
  const scene = new Scene();
  for (let count = 0; count < APPROVALS_PER_SESSION_MAX; count++) scene.ask();
  const one = scene.ask();
  await settle();
  expect(one.printed).toBeNull();
  for (let place = 1; scene.approvals.all().length < APPROVALS_MAX; place++) {
    for (let count = 0; count < APPROVALS_PER_SESSION_MAX; count++) {
      scene.ask(BASH, makeSessionId(place, new Uint8Array(16)));
    }
  }
  const another = scene.ask(BASH, makeSessionId(1_000_000, new Uint8Array(16)));
  await settle();
  expect(another.printed).toBeNull();
});

test('the oldest that is over is forgotten', () => {
  const scene = new Scene();
  const ids = Array.from({ length: APPROVALS_REMEMBERED_MAX + 1 }, () => {
    scene.ask();
    const { id } = scene;
    scene.hook('Stop', {});
    return id;
  });
  const codeOf = (id = ids[0]): unknown => {
    try {
      return scene.answer({ verdict: 'allow' }, ANN, id);
    } catch (error) {
      return error;
    }
  };
  expect(codeOf(ids[0])).toMatchObject({ code: 'approval_not_found' });
  expect(codeOf(ids[1])).toMatchObject({ code: 'already_answered' });
});
