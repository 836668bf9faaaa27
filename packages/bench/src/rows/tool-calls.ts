/**
 * What our hooks add to a tool call of the real Claude Code: from one answer of a fake model, which
 * asks for a tool, to the next, in a session with our settings and in one without. Where Claude Code
 * is not installed, or something else could be reached, nothing is measured.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import { startFakeAnthropic } from '@dashboard/testkit/anthropic';
import { findClaude, isOnLoopbackOnly, makeClaudeHome } from '@dashboard/testkit/claude-home';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { until } from '@dashboard/testkit/until';
import { inTurn } from '../measure/index.ts';
import type { Setting } from './row.ts';

const CALLS = 40;
/** The first ones of a conversation load what later ones have. */
const CALLS_LEFT_OUT = 4;
const ROUNDS_MAX = 4;
const TURN_TIMEOUT_MS = 60_000;

/** Claude Code as it is without us: not told where our settings are. */
const BARE = {
  ...{ id: 'bare', label: 'Claude Code alone', command: 'claude', versionArgv: ['--version'] },
  ...{ argv: [], prompt: { via: 'argv', argv: ['--', '{prompt}'] } },
  env: {
    ...{ DISABLE_AUTOUPDATER: '1', CLAUDE_CODE_DISABLE_AGENT_VIEW: '1' },
    ...{ CLAUDE_CODE_TMUX_TRUECOLOR: '1', CLAUDE_CODE_DISABLE_ALTERNATE_SCREEN: '1' },
  },
  ...{ agent: 'process', advice: '' },
};

export const PROFILES = { alone: 'bare', 'with our hooks': 'claude' } as const;

/** @returns milliseconds of each call by profile, or why there are none */
export async function toolCalls(setting: Setting): Promise<ReadonlyMap<string, number[]> | string> {
  if (findClaude() === undefined)
    return 'Claude Code is not installed: its calls are not measured.';
  if (!isOnLoopbackOnly()) {
    return 'Calls of Claude Code are measured where it can reach nobody: node ops/local/loopback.mjs pnpm bench hooks.';
  }
  const { atEnd, clock, directory } = setting;
  const answered = new Answers(clock);
  const anthropic = await startFakeAnthropic(atEnd, { onCharge: answered.heard });
  const profilesFile = join(directory, 'profiles.json');
  writeFileSync(profilesFile, JSON.stringify({ profiles: [BARE] }));
  const settings = { permissions: { defaultMode: 'default' } };
  const home = await makeClaudeHome({ program: 'real', baseUrl: anthropic.url, settings, atEnd });
  const workerEnv = { ...home.env, PROFILES_FILE: profilesFile };
  const stack = await startStack({ engine: 'tmux', workerEnv, atEnd });
  home.trust(stack.projects);
  writeFileSync(join(stack.projects, 'read.txt'), 'a line\n');
  const cells = Object.entries(PROFILES).map(([name, profile]) => ({
    name,
    measure: async () => await oneTurn(stack, profile, answered),
  }));
  const pace = { ...setting, rounds: Math.min(setting.rounds, ROUNDS_MAX) };
  const measured = await inTurn(cells, pace);
  return new Map([...measured].map(([name, rounds]) => [name, rounds.flat()]));
}

async function oneTurn(stack: Stack, profile: string, answers: Answers): Promise<number[]> {
  const { owner, projects } = stack;
  answers.forget();
  const prompt = `READ: ${join(projects, 'read.txt')}\n`.repeat(CALLS);
  const { id } = await owner.startSession({ profile, directory: projects, prompt });
  const isDone = () => answers.atMs.length >= CALLS;
  await until(isDone, { what: 'every tool was called', timeoutMs: TURN_TIMEOUT_MS });
  await owner.call('endSession', { params: { id } });
  const isOver = async () => (await owner.session(id)).phase === 'exited';
  await until(isOver, { what: 'it has ended', timeoutMs: TURN_TIMEOUT_MS });
  return answers.atMs
    .slice(CALLS_LEFT_OUT, CALLS)
    .map((atMs, index) => atMs - (answers.atMs[CALLS_LEFT_OUT + index - 1] ?? atMs));
}

/** When the model answered the prompt: each answer asks for one more tool. */
class Answers {
  readonly #clock: Clock;
  atMs: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  forget(): void {
    this.atMs = [];
  }

  /** Claude Code asks for a title, too. */
  readonly heard = ({ prompt }: { readonly prompt: string }): void => {
    if (prompt.startsWith('READ: ')) this.atMs.push(this.#clock.monotonicMs());
  };
}
