/** What an agent is said to do: sequences as they were seen on Claude Code. */
import { describe, expect, test } from 'vitest';
import { HOOK_FRESH_MS, HOOKS_SILENT_MS, STARTING_MS, UNKNOWN_AFTER_MS } from '../limits.ts';
import {
  after,
  ASKED,
  BASH,
  CONVERSATION,
  hook,
  marker,
  path,
  PROMPT,
  registry,
  START,
  tick,
} from './signals.fixture.ts';
import type { Signal } from './index.ts';

describe('as seen', () => {
  test('a turn without tools', () => {
    const end = [hook('Stop', 5_500, { words: 'Done.\nAll of it.' }), registry('idle', 5_530)];
    expect(path(...START, ...PROMPT, ...end)).toEqual(['starting', 'idle', 'working', 'idle']);
    const { status, conversation } = after(...START, ...PROMPT, ...end);
    expect(status).toMatchObject({ lastWords: 'Done. All of it.', hooks: 'alive', sinceMs: 5_500 });
    expect(conversation).toBe(CONVERSATION);
  });

  test('a permission, and yes in the terminal', () => {
    const asked = after(...START, ...PROMPT, ...ASKED).status;
    expect(asked).toMatchObject({
      state: 'needs_permission',
      reason: 'asks to use Bash',
      doing: 'Bash: npm test',
      evidence: { signal: 'hook', what: 'PermissionRequest', atMs: 5_340 },
      confidence: 'certain',
    });
    const yes = [registry('busy', 9_000), hook('PostToolUse', 9_100, { tool: BASH })];
    const { status } = after(...START, ...PROMPT, ...ASKED, ...yes);
    expect(status).toMatchObject({ state: 'working', doing: null });
  });

  test('a permission that is answered by Esc is an interrupt, told by the registry alone', () => {
    const escaped = after(...START, ...PROMPT, ...ASKED, registry('idle', 9_000)).status;
    expect(escaped).toMatchObject({ state: 'interrupted', confidence: 'likely', sinceMs: 9_000 });
    expect(escaped.doing).toBeNull();
  });

  test('Esc in the midst of an answer fires no hook, and it does not work any more', () => {
    const working = [...START, ...PROMPT, tick(7_000)];
    expect(after(...working, registry('idle', 9_120)).status.state).toBe('interrupted');
    expect(after(...working, marker(9_100)).status).toMatchObject({
      state: 'interrupted',
      confidence: 'certain',
    });
    const registryFirst = after(...working, registry('idle', 9_120), marker(9_100));
    expect(registryFirst.status.confidence).toBe('certain');
    const both = after(...working, marker(9_100), registry('busy', 5_030), tick(20_000));
    expect(both.status.state).toBe('interrupted');
  });

  test('hooks that were under way when it was interrupted mean nothing', () => {
    const late = hook('PostToolUse', 9_300, { tool: BASH });
    for (const how of [registry('idle', 9_120), marker(9_100)]) {
      expect(after(...START, ...PROMPT, how, late).status.state).toBe('interrupted');
    }
    const next = [hook('UserPromptSubmit', 9_900), registry('busy', 9_930)];
    expect(after(...START, ...PROMPT, marker(9_100), late, ...next).status.state).toBe('working');
  });

  test.each([
    ['AskUserQuestion', 'input needed', 'needs_answer'],
    ['ExitPlanMode', 'permission prompt', 'needs_plan'],
    ['ExitPlanMode', 'input needed', 'needs_plan'],
    ['Bash', 'permission prompt', 'needs_permission'],
  ])('%s with "%s" is %s, with the hook and without it', (name, waitingFor, state) => {
    const tool = { name, gist: '' };
    const before = [...START, ...PROMPT, hook('PreToolUse', 5_200, { tool })];
    const told = hook('PermissionRequest', 5_300, { tool });
    expect(after(...before, told).status.state).toBe(state);
    expect(after(...before, registry('waiting', 7_000, waitingFor)).status.state).toBe(state);
  });

  test('another dialog needs input, in the words of the registry', () => {
    const { status } = after(...START, ...PROMPT, registry('waiting', 9_000, 'sandbox request'));
    expect(status).toMatchObject({
      state: 'needs_input',
      evidence: { what: 'waiting: sandbox request' },
    });
  });

  test('while one tool is asked for, another of the same message begins and ends', () => {
    const other = { name: 'Read', gist: 'a.ts' };
    const others = [
      hook('PreToolUse', 5_400, { tool: other }),
      hook('PostToolUse', 5_600, { tool: other }),
    ];
    const { status } = after(...START, ...PROMPT, ...ASKED, ...others, tick(9_000));
    expect(status).toMatchObject({ state: 'needs_permission', doing: 'Bash: npm test' });
  });

  test.each([
    ['rate_limit', 'limited'],
    ['billing_error', 'limited'],
    ['authentication_failed', 'error'],
    ['something_new', 'error'],
  ])('a turn that fails by %s is %s, and stays so while it is idle', (kind, state) => {
    const failed = hook('StopFailure', 6_000, { kind, words: 'the words of the API' });
    const { status } = after(...START, ...PROMPT, failed, registry('idle', 6_100), tick(60_000));
    expect(status).toMatchObject({ state, reason: 'the words of the API' });
  });

  test('a limit ends when the status line says so', () => {
    const failed = hook('StopFailure', 6_000, { kind: 'rate_limit' });
    const line: Signal = {
      ...{ from: 'status_line', atMs: 6_200, model: 'Opus', contextPercent: 12, costUsd: 0.5 },
      ...{ title: null, limitEndsAtMs: 99_000 },
    };
    const { status } = after(...START, ...PROMPT, failed, line);
    expect(status).toMatchObject({ state: 'limited', limitEndsAtMs: 99_000, contextPercent: 12 });
    expect(
      after(...START, ...PROMPT, failed, line, hook('UserPromptSubmit', 9_000)).status,
    ).toMatchObject({
      state: 'working',
      limitEndsAtMs: null,
    });
  });

  test('a subagent whose question is held needs a person, whatever agent and registry say', () => {
    const asks = hook('PermissionRequest', 5_400, { subagent: 'a1', tool: BASH });
    const held = (atMs: number, count: number): Signal => ({ from: 'held', count, atMs });
    const meanwhile = [
      hook('PreToolUse', 5_500, { tool: { name: 'Read', gist: 'x' } }),
      registry('busy', 5_600),
      tick(9_000),
      hook('Stop', 9_100, { tasks: 1 }),
      registry('idle', 9_200),
      tick(20_000),
    ];
    const asking = [...START, ...PROMPT, asks, held(5_400, 1)];
    for (const count of meanwhile.keys()) {
      const { status, disagreements } = after(...asking, ...meanwhile.slice(0, count + 1));
      expect(status).toMatchObject({ state: 'needs_permission', sinceMs: 5_400 });
      expect(disagreements).toBe(0);
    }
    const answered = after(...asking, ...meanwhile, held(20_100, 0), tick(20_500));
    expect(answered.status.state).not.toBe('needs_permission');
    expect(after(...asking, marker(6_000)).status.state).toBe('interrupted');
  });

  test('subagents are counted, and their tools are not its own', () => {
    const of = (event: string, atMs: number, id = 'a1') =>
      hook(event, atMs, { subagent: id, tool: { name: 'Read', gist: 'x' } });
    const running = [
      of('SubagentStart', 5_100),
      of('SubagentStart', 5_200, 'a2'),
      of('PreToolUse', 5_300),
    ];
    expect(after(...START, ...PROMPT, ...running).status).toMatchObject({
      subagents: 2,
      doing: null,
    });
    const asks = hook('PermissionRequest', 5_400, { subagent: 'a1', tool: BASH });
    expect(after(...START, ...PROMPT, ...running, asks).status.state).toBe('needs_permission');
    expect(after(...START, ...PROMPT, ...running, of('SubagentStop', 5_500)).status.subagents).toBe(
      1,
    );
  });

  test('compaction, asked for and by itself', () => {
    const byHand = [hook('PreCompact', 6_000, { kind: 'manual' }), registry('busy', 6_030)];
    const done = [
      hook('PostCompact', 8_000, { kind: 'manual' }),
      registry('idle', 8_100),
      tick(20_000),
    ];
    expect(path(...START, ...byHand, ...done)).toEqual(['starting', 'idle', 'compacting', 'idle']);
    const own = [
      hook('PreCompact', 6_000, { kind: 'auto' }),
      hook('PostCompact', 8_000, { kind: 'auto' }),
    ];
    expect(path(...START, ...PROMPT, ...own).slice(2)).toEqual([
      'working',
      'compacting',
      'working',
    ]);
  });

  test('/clear begins another conversation, with nothing spent', () => {
    const spent: Signal = {
      ...{ from: 'status_line', atMs: 6_000, model: 'Opus', contextPercent: 50, costUsd: 3 },
      ...{ title: 'old', limitEndsAtMs: null },
    };
    const seen = { ...registry('idle', 6_950), conversation: 'another' };
    const clear = hook('SessionStart', 7_000, { kind: 'clear', conversation: 'another' });
    const mind = after(...START, spent, hook('SessionEnd', 6_900, { kind: 'clear' }), seen, clear);
    expect(mind.conversation).toBe('another');
    expect(mind.status).toMatchObject({ state: 'idle', costUsd: null, contextPercent: null });
  });

  test('a turn that leaves tasks behind is in the background, whatever keeps the file at busy', () => {
    const before = [...START, ...PROMPT, hook('Stop', 6_000, { tasks: 2 })];
    const reason = 'its turn is over, and 2 of its tasks go on';
    for (const says of [registry('shell', 6_100), { ...registry('busy', 5_030), atMs: 6_100 }]) {
      expect(after(...before, says, tick(30_000)).status).toMatchObject({
        state: 'background',
        reason,
      });
    }
    expect(after(...before, registry('busy', 8_000)).status.state).toBe('working');
  });
});

describe('without hooks', () => {
  test('the registry alone tells, and that they are silent is said', () => {
    const signals = [registry('idle', 1_000), registry('busy', 3_000), registry('idle', 15_000)];
    expect(path(...signals)).toEqual(['starting', 'idle', 'working', 'idle']);
    expect(after(...signals, tick(1_000 + HOOKS_SILENT_MS)).status.hooks).toBe('inactive');
    const adopted: Signal = { from: 'process', what: 'adopted', atMs: 0 };
    expect(after(adopted, ...signals, tick(99_000)).status.hooks).toBe('waiting');
  });

  test('dialogs before the conversation are read from the screen, until somebody knows better', () => {
    const trust: Signal = { from: 'screen', dialog: 'trust', atMs: 1_000 };
    expect(after(trust).status).toMatchObject({
      state: 'setup_blocked',
      dialog: 'trust',
      confidence: 'guess',
    });
    expect(after(trust, { ...trust, dialog: null, atMs: 2_000 }).status.state).toBe('starting');
    expect(after(trust, ...START).status).toMatchObject({ state: 'idle', dialog: null });
    expect(after(...START, { ...trust, atMs: 9_000 }).status.state).toBe('idle');
  });

  test('a program that tells nothing is unknown in the end, and says since when', () => {
    expect(after(tick(STARTING_MS - 1)).status.state).toBe('starting');
    expect(after(tick(STARTING_MS)).status).toMatchObject({
      state: 'unknown',
      confidence: 'guess',
    });
  });
});

test('no state outlives its evidence where there is no registry', () => {
  const working = [hook('SessionStart', 100), hook('UserPromptSubmit', 1_000)];
  expect(after(...working, tick(100_000)).status).toMatchObject({
    state: 'working',
    confidence: 'likely',
  });
  expect(after(...working, tick(1_000 + UNKNOWN_AFTER_MS)).status.state).toBe('unknown');
});

test('a hook is ahead of the registry for a moment, and no longer', () => {
  const prompt = hook('UserPromptSubmit', 5_000);
  const stale = { ...registry('idle', 500), atMs: 5_100 };
  const before = [...START, prompt, stale];
  expect(after(...before, tick(5_000 + HOOK_FRESH_MS - 1)).status.state).toBe('working');
  const mind = after(...before, tick(5_000 + HOOK_FRESH_MS));
  expect(mind.status.state).toBe('interrupted');
  expect(mind.disagreements).toBe(1);
});

test('the end of the process is the end', () => {
  const ended: Signal = {
    from: 'process',
    what: 'ended',
    atMs: 6_000,
    reason: 'ended by signal 9',
  };
  const mind = after(...START, ...PROMPT, ended, ...ASKED, registry('busy', 9_000));
  expect(mind.status).toMatchObject({
    state: 'exited',
    reason: 'ended by signal 9',
    sinceMs: 6_000,
  });
});
