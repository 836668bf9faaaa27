/**
 * What Claude Code does in a session of the dashboard, told once and asked of two programs: the real
 * CLI and the one that plays it. What is said here was seen on the real one; where they differ, the
 * scripted agent is wrong, or a new version of the CLI does otherwise than the dashboard believes.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startFakeAnthropic, type Charge } from '@dashboard/testkit/anthropic';
import { makeClaudeHome } from '@dashboard/testkit/claude-home';
import { EventStream } from '@dashboard/testkit/event-stream';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { answering } from './answers.ts';
import { approving } from './approving.ts';
import type { Here } from './claims.ts';
import { prompting } from './prompting.ts';
import { RecordingHooks } from './recording-hooks.ts';
import { beingAlone, goingOn, resuming } from './resuming.ts';
import { StateLags } from './state-lags.ts';
import { states } from './states.ts';
import { ending, interrupting, launching } from './turns.ts';
import { usage } from './usage.ts';
import { knownDirectory, WatchedAgent, type Wish } from './watched-agent.ts';

const START_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 60_000;
export function describeClaude(program: 'scripted' | 'real'): void {
  describe(`${program} Claude Code`, { timeout: TEST_TIMEOUT_MS }, () => {
    const tasks: (() => Promise<unknown> | void)[] = [];
    let here: ReturnType<Here>;
    let settings: Buffer;
    /** Most tests leave an agent as they would like to find one: idle. Starting it is what takes time. */
    let idle: WatchedAgent | undefined;

    beforeAll(async () => {
      here = await surroundings(program, (task) => void tasks.push(task));
      settings = readFileSync(here.home.settingsFile);
      tasks.push(async () => await idle?.end());
    }, START_TIMEOUT_MS);
    beforeEach(() => here.hooks.reset());
    afterAll(async () => {
      for (const task of tasks.toReversed()) await task();
    }, START_TIMEOUT_MS);

    const start = async (wish?: Wish): Promise<WatchedAgent> => {
      const agent = await new WatchedAgent(here).start(wish);
      onTestFinished(() => agent.end()); // one at a time: the real one takes 300 MB
      return agent;
    };
    const ready = async (): Promise<WatchedAgent> => {
      const agent = idle ?? (await new WatchedAgent(here).start({ prompt: 'SAY: hello' }));
      if (idle === undefined) await agent.hooksUntil('Stop');
      idle = undefined;
      await agent.is('idle');
      agent.forget();
      rmSync(join(agent.directory, 'made.txt'), { force: true });
      onTestFinished(async ({ task }) => {
        if (task.result?.state === 'fail' || agent.record === undefined) await agent.end();
        else idle = agent;
      });
      return agent;
    };
    resuming(start, () => here);
    launching(start, ready, () => here);
    goingOn(start, () => here);
    answering(ready, () => here);
    approving(ready, () => here);
    interrupting(ready);
    prompting(ready, () => here);
    states(start, ready, () => here);
    usage(start, ready, () => here);
    ending(ready);
    beingAlone(ready, () => here);

    test("a person's own settings are, byte for byte, what they were", () => {
      expect(readFileSync(here.home.settingsFile)).toEqual(settings);
    });
  });
}

async function surroundings(
  program: 'scripted' | 'real',
  atEnd: (task: () => Promise<unknown> | void) => void,
): Promise<ReturnType<Here>> {
  const anthropic = await startFakeAnthropic(atEnd);
  const settings = RecordingHooks.settings();
  const home = await makeClaudeHome({ program, baseUrl: anthropic.url, settings, atEnd });
  const hooks = new RecordingHooks(home);
  const stack: Stack = await startStack({
    atEnd,
    workerEnv: home.env,
    gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '100000' },
  });
  home.trust(knownDirectory(stack));
  const events = await EventStream.open(stack.owner, atEnd);
  const lags = new StateLags();
  events.onEvent = lags.heard;
  atEnd(() => lags.keep(program));
  const charges = (): readonly Charge[] =>
    program === 'real' ? anthropic.charges : home.scriptedCharges();
  return { charges, events, home, hooks, lags, stack };
}
