/** Tokens and cost: what transcripts hold, and what the dashboard counts, against what was charged. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sumOf, type Charge, type Tokens } from '@dashboard/testkit/anthropic';
import type { ClaudeHome } from '@dashboard/testkit/claude-home';
import { until } from '@dashboard/testkit/until';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { ESC, type Here, type Ready, type Start } from './claims.ts';

const Entry = Type.Object({
  message: Type.Object({
    id: Type.String(),
    usage: Type.Object({
      input_tokens: Type.Number(),
      cache_creation_input_tokens: Type.Number(),
      cache_read_input_tokens: Type.Number(),
      output_tokens: Type.Number(),
    }),
  }),
});

const CostState = Type.Object({ totalCostUSD: Type.Number() });

export function usage(start: Start, ready: Ready, here: Here): void {
  test('the dashboard counts what was charged: of subagents, a compaction, a cleared and a resumed conversation', async () => {
    const { stack, charges } = here();
    const before = charges().length;
    const agent = await start({ prompt: 'SAY: hello' });
    const { id } = agent.session;
    await agent.hooksUntil('Stop');
    await agent.say('TASK: BASH: ls');
    await agent.hooksUntil('SubagentStop');
    await agent.hooksUntil('Stop');
    await agent.is('idle');
    await agent.say('/compact');
    await agent.hooksUntil('PostCompact');
    await agent.is('idle');
    await agent.say('/clear');
    await agent.hooksUntil('SessionStart');
    const costUsd = async () => (await stack.owner.session(id)).agent?.costUsd ?? -1;
    await until(async () => (await costUsd()) === 0, { what: 'another conversation begins' });
    await agent.say('SAY: anew');
    await agent.hooksUntil('Stop');
    await until(async () => (await costUsd()) > 0, { what: 'the agent has told its cost' });
    await stack.worker.kill('SIGTERM');
    await stack.worker.start();
    const isBack = async () => await stack.owner.session(id).catch(() => undefined);
    const { agent: known } = await until(isBack, { what: 'the worker is back' });
    expect(known?.costUsd).toBeGreaterThan(0); // from disk: nothing was told since
    await agent.end();
    await agent.resume();
    await agent.hooksUntil('SessionStart');
    await agent.is('idle');
    await agent.say('SAY: and on');
    await agent.hooksUntil('Stop');
    await agent.end();

    const charged = charges().slice(before);
    let counted: unknown;
    const row = await until(
      async () => {
        const query = { from: '0', to: String(8e12), group: 'session' };
        const { rows } = await stack.owner.call('usage', { query });
        const found = rows.find(({ key }) => key === id);
        counted = found?.tokens;
        return isDeepStrictEqual(counted, tokensOf(charged)) && found;
      },
      { what: `${JSON.stringify(tokensOf(charged))} are counted`, timeoutMs: 20_000 },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; counted are ${JSON.stringify(counted)}`);
    });
    expect(row.costUsd).toBeCloseTo(keptCost(here().home, charged), 6);
    expect(row.unlistedTokens).toBeGreaterThan(0);
    expect(row.models.map(({ model }) => model)).toEqual([charged[0]?.model]);
  });

  // Not of compaction: its requests are charged and stand in no transcript.
  test('transcripts hold what was charged, of subagents and of what was cut off too', async () => {
    const agent = await ready();
    const before = here().charges().length;
    await agent.say('TASK: BASH: ls');
    await agent.hooksUntil('SubagentStop');
    await agent.hooksUntil('Stop');
    await agent.is('idle');
    await agent.say('SLOW: 600 kiwis');
    await agent.shows('kiwis 2');
    agent.press(ESC);
    await agent.is('idle');
    const charged = here().charges().slice(before);
    await until(() => isDeepStrictEqual(told(here().home, charged), sumOf(charged)), {
      what: `${JSON.stringify(sumOf(charged))} are told`,
    });
  });
}

function tokensOf(charged: readonly Charge[]) {
  const sum = sumOf(charged);
  return {
    input: sum.inputTokens,
    output: sum.outputTokens,
    cacheRead: sum.cacheReadTokens,
    cacheWrite: sum.cacheCreationTokens,
  };
}

/** What the agent itself says that the conversations have cost in which these messages are. */
function keptCost(home: ClaudeHome, charged: readonly Charge[]): number {
  const ids = charged.map(({ messageId }) => messageId);
  return transcripts(home)
    .filter((text) => ids.some((id) => text.includes(id)))
    .map((text) => text.split('\n').findLast((line) => line.includes('"cost-state"')) ?? '{}')
    .map((line): unknown => JSON.parse(line))
    .reduce(
      (sum: number, state) => sum + (Value.Check(CostState, state) ? state.totalCostUSD : 0),
      0,
    );
}

/** The last line about a message counts. */
function told(home: ClaudeHome, charged: readonly Charge[]): Tokens {
  const ids = new Set(charged.map(({ messageId }) => messageId));
  const messages = new Map<string, Tokens>();
  for (const { id, usage } of entries(home)) {
    if (!ids.has(id)) continue;
    messages.set(id, {
      inputTokens: usage.input_tokens,
      cacheCreationTokens: usage.cache_creation_input_tokens,
      cacheReadTokens: usage.cache_read_input_tokens,
      outputTokens: usage.output_tokens,
    });
  }
  return sumOf([...messages.values()]);
}

function entries(home: ClaudeHome) {
  return transcripts(home).flatMap((text) => text.split('\n').flatMap((line) => parsed(line)));
}

function transcripts(home: ClaudeHome): readonly string[] {
  const projects = join(home.configDirectory, 'projects');
  return readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => readFileSync(join(projects, name), 'utf8'));
}

/** A line that is still being written is read the next time. */
function parsed(line: string) {
  try {
    const entry: unknown = JSON.parse(line);
    return Value.Check(Entry, entry) ? [entry.message] : [];
  } catch {
    return [];
  }
}
