/** Tokens: what transcripts hold against what was charged. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sumOf, type Charge, type Tokens } from '@dashboard/testkit/anthropic';
import type { ClaudeHome } from '@dashboard/testkit/claude-home';
import { until } from '@dashboard/testkit/until';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { test } from 'vitest';
import { ESC, type Here, type Ready } from './claims.ts';

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

export function usage(ready: Ready, here: Here): void {
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
  const projects = join(home.configDirectory, 'projects');
  return readdirSync(projects, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(projects, name), 'utf8').split('\n'))
    .flatMap((line) => parsed(line));
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
