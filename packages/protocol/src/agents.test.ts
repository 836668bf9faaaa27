/** What is told of an agent: bounded words on one line, and every state in the table. */
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import {
  AGENT_STATE_NAMES,
  AgentState,
  AgentStatus,
  ModelName,
  needsPerson,
  PermissionMode,
} from './agents.ts';
import { REASON_CHARS_MAX } from './limits.ts';

const STATUS = {
  state: 'needs_permission',
  sinceMs: 1,
  reason: 'asks to run Bash',
  evidence: { signal: 'hook', what: 'PermissionRequest', atMs: 1 },
  confidence: 'certain',
  dialog: null,
  doing: 'Bash: npm test',
  lastWords: null,
  title: null,
  subagents: 0,
  model: 'opus',
  permissionMode: 'default',
  contextPercent: 12.5,
  costUsd: 0.25,
  limitEndsAtMs: null,
  hooks: 'alive',
};

test('each state is one, and no other word is', () => {
  expect(AGENT_STATE_NAMES).toHaveLength(15);
  for (const state of AGENT_STATE_NAMES) expect(Value.Check(AgentState, state)).toBe(true);
  for (const word of ['busy', 'toString', '']) expect(Value.Check(AgentState, word)).toBe(false);
});

test('a person is needed where a dialog, a limit or a failure waits for one', () => {
  expect(AGENT_STATE_NAMES.filter(needsPerson)).toEqual([
    'setup_blocked',
    'needs_permission',
    'needs_answer',
    'needs_plan',
    'needs_input',
    'limited',
    'error',
  ]);
});

test('a status is whole, on one line and bounded', () => {
  expect(Value.Check(AgentStatus, STATUS)).toBe(true);
  for (const change of [
    { reason: 'two\nlines' },
    { reason: '\u001b[31mred' },
    { reason: 'half \ud800' },
    { reason: 'x'.repeat(REASON_CHARS_MAX + 1) },
    { contextPercent: 101 },
    { costUsd: -1 },
    { subagents: 100 },
    { token: 'x' },
  ]) {
    expect(Value.Check(AgentStatus, { ...STATUS, ...change })).toBe(false);
  }
});

test('no model and no mode can be taken for an option', () => {
  const models = ['opus', 'claude-opus-5-5', 'sonnet[1m]', 'us.anthropic.claude-x:0', 'a/b@c'];
  for (const name of models) expect(Value.Check(ModelName, name)).toBe(true);
  for (const name of ['', '-x', '--model', 'a b', 'a\n', '$x']) {
    expect(Value.Check(ModelName, name)).toBe(false);
    expect(Value.Check(PermissionMode, name)).toBe(false);
  }
});
