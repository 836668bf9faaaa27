/** Which names of branches are taken, beside git's own judgement. */
import { spawnSync } from 'node:child_process';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { makeSessionId, parseUserId } from './ids.ts';
import { SessionSummary } from './sessions.ts';
import { BranchName } from './worktrees.ts';

const GOOD = ['main', 'fix/login', 'a', 'feat/x.y-z_1', 'ü/ß', 'lock', 'a@b', 'x.locked'];
const BAD = [
  ...['', '-x', '--force', '/a', 'a/', 'a//b', '.a', 'a/.b', 'a..b', 'a.', 'a.lock', 'a.lock/b'],
  ...['a b', 'a\tb', 'a~1', 'a^', 'a:b', 'a?b', 'a*', 'a[b', 'a\\b', 'a@{1}', 'a\u007f'],
];

function isGoodForGit(name: string): boolean {
  return spawnSync('git', ['check-ref-format', '--branch', name]).status === 0;
}

test.each(GOOD)('%j is a name', (name) => {
  expect(isGoodForGit(name)).toBe(true);
  expect(Value.Check(BranchName, name)).toBe(true);
});

test.each(BAD)('%j is none', (name) => {
  expect(isGoodForGit(name)).toBe(false);
  expect(Value.Check(BranchName, name)).toBe(false);
});

test('what git would take and a person could not tell from another is none', () => {
  for (const name of ['HEAD', '@', 'a\u202eb', 'a\u00a0b', 'x'.repeat(201)]) {
    expect(Value.Check(BranchName, name)).toBe(false);
  }
});

test('a session of a worker that knows no branches is understood', () => {
  const before: Omit<SessionSummary, 'branch'> = {
    ...{ id: makeSessionId(0, new Uint8Array(16)), name: 'apples', profile: 'shell' },
    ...{ engine: 'tmux', directory: '/srv', phase: 'running', size: { cols: 80, rows: 24 } },
    createdBy: parseUserId('00000000-0000-4000-8000-000000000000'),
    ...{ createdAtMs: 0, endedAtMs: null, activeAtMs: 0, exitCode: null, exitSignal: null },
    ...{ conversation: null, permissionMode: null, model: null, agent: null },
    ...{ title: '', pid: 1, viewers: 0, preview: [], mayResume: false },
  };
  expect(Value.Check(SessionSummary, before)).toBe(true);
  expect(Value.Check(SessionSummary, { ...before, branch: 'fix/login' })).toBe(true);
  expect(Value.Check(SessionSummary, { ...before, branch: '--force' })).toBe(false);
});
