/**
 * What a line of a transcript tells of usage. An answer of a model is one line for each of its blocks,
 * each with the usage of the whole as it was known then. When a conversation ends, is cleared or
 * exits, a line `cost-state` adds up all that it has used: of every model, with the requests that
 * stand in no line, over all the programs that went on with it.
 */
import { MODEL_CHARS_MAX } from '@dashboard/protocol/limits';
import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import type { UsageLine } from '../../usage/index.ts';
import { MESSAGE_KEY_CHARS_MAX } from '../limits.ts';
import { words } from '../state/index.ts';

const Count = Type.Integer({ minimum: 0, maximum: 1e12 });
const MaybeCount = Type.Optional(Type.Union([Count, Type.Null()]));
const Dollars = Type.Number({ minimum: 0, maximum: 1e9 });
const Model = Type.String({ minLength: 1 });

const AnswerLine = Type.Object({
  type: Type.Literal('assistant'),
  timestamp: Type.String(),
  requestId: Type.Optional(Type.String()),
  message: Type.Object({
    id: Type.String({ minLength: 1 }),
    model: Model,
    usage: Type.Object({
      input_tokens: Count,
      output_tokens: Count,
      cache_read_input_tokens: MaybeCount,
      cache_creation_input_tokens: MaybeCount,
    }),
  }),
});
const answer = Compile(AnswerLine);

const Closing = Compile(
  Type.Object({
    type: Type.Literal('cost-state'),
    totalCostUSD: Dollars,
    modelUsage: Type.Record(
      Model,
      Type.Object({
        inputTokens: Count,
        outputTokens: Count,
        cacheReadInputTokens: Count,
        cacheCreationInputTokens: Count,
        costUSD: Dollars,
      }),
    ),
  }),
);

/** Before a line is parsed: most of a transcript is neither. */
export function mayTellUsage(line: Buffer): boolean {
  return line.includes('"usage"') || line.includes('"cost-state"');
}

/** @param line of a transcript, as parsed from JSON @returns undefined when it tells none */
export function usageLine(line: unknown): UsageLine | undefined {
  if (answer.Check(line)) return messageLine(line);
  if (!Closing.Check(line)) return undefined;
  return {
    what: 'cost_state',
    totalUsd: line.totalCostUSD,
    models: Object.entries(line.modelUsage).map(([model, used]) => ({
      model: modelName(model),
      tokens: {
        input: used.inputTokens,
        output: used.outputTokens,
        cacheRead: used.cacheReadInputTokens,
        cacheWrite: used.cacheCreationInputTokens,
      },
      costUsd: used.costUSD,
    })),
  };
}

function messageLine(line: Static<typeof AnswerLine>): UsageLine | undefined {
  const { timestamp, requestId = '', message } = line;
  const atMs = Date.parse(timestamp);
  const key = `${message.id} ${requestId}`;
  // What Claude Code says in a model's stead has a name like <synthetic>, and costs nothing.
  const isOfModel = !message.model.startsWith('<');
  if (!isOfModel || !(atMs > 0) || key.length > MESSAGE_KEY_CHARS_MAX) return undefined;
  const { usage } = message;
  return {
    what: 'message',
    key,
    model: modelName(message.model),
    tokens: {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cacheRead: usage.cache_read_input_tokens ?? 0,
      cacheWrite: usage.cache_creation_input_tokens ?? 0,
    },
    atMs,
  };
}

/** The size of the context window is a person's choice, and the model the same. */
export function modelName(id: string): string {
  return words(id.replace(/\[\w+\]$/, ''), MODEL_CHARS_MAX);
}
