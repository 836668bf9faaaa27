/** What Claude Code tells its status line: the only place where it says what a limit has left. */
import { ConversationId } from '@dashboard/protocol/agents';
import { MODEL_CHARS_MAX, TITLE_CHARS_MAX } from '@dashboard/protocol/limits';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { wordsOrNull, type StatusLineSignal } from '../state/index.ts';

const MS_PER_S = 1000;
const USED_UP_PERCENT = 100;
/** five_hour, seven_day, and what may come. */
const WINDOW = /^[a-z][a-z0-9_]{0,31}$/;

const Limit = Type.Object({
  used_percentage: Type.Number(),
  resets_at: Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER / MS_PER_S }),
});
const MaybeNumber = Type.Optional(Type.Union([Type.Number(), Type.Null()]));

const StatusLineInput = Type.Object({
  session_id: Type.Optional(Type.String()),
  session_name: Type.Optional(Type.String()),
  model: Type.Optional(
    Type.Object({
      id: Type.Optional(Type.String()),
      display_name: Type.Optional(Type.String()),
    }),
  ),
  cost: Type.Optional(Type.Object({ total_cost_usd: MaybeNumber })),
  context_window: Type.Optional(Type.Object({ used_percentage: MaybeNumber })),
  rate_limits: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

/** @returns undefined when it is of another form */
export function statusLineSignal(body: unknown, atMs: number): StatusLineSignal | undefined {
  if (!Value.Check(StatusLineInput, body)) return undefined;
  const used = body.context_window?.used_percentage ?? null;
  const cost = body.cost?.total_cost_usd ?? null;
  return {
    from: 'status_line',
    atMs,
    model: wordsOrNull(body.model?.display_name ?? body.model?.id, MODEL_CHARS_MAX),
    contextPercent: used === null ? null : Math.min(100, Math.max(0, used)),
    costUsd: cost === null ? null : Math.max(0, cost),
    title: wordsOrNull(body.session_name, TITLE_CHARS_MAX),
    limitEndsAtMs: lastReset(Object.values(body.rate_limits ?? {})),
  };
}

/** What it tells of usage, and of which conversation: null where it tells none. */
export interface StatusLineUsage {
  readonly conversation: string | null;
  /** As the API names it, and as people do. */
  readonly modelId: string | null;
  readonly model: string | null;
  readonly contextPercent: number | null;
  readonly costUsd: number | null;
  readonly limits: readonly {
    readonly window: string;
    readonly usedPercent: number;
    readonly resetsAtMs: number;
  }[];
}

/** @returns undefined when it is of another form */
export function statusLineUsage(body: unknown): StatusLineUsage | undefined {
  const signal = statusLineSignal(body, 0);
  if (signal === undefined || !Value.Check(StatusLineInput, body)) return undefined;
  const { session_id: conversation, rate_limits: limits = {}, model } = body;
  return {
    conversation: Value.Check(ConversationId, conversation) ? conversation : null,
    modelId: wordsOrNull(model?.id, MODEL_CHARS_MAX),
    model: signal.model,
    contextPercent: signal.contextPercent,
    costUsd: signal.costUsd,
    limits: Object.entries(limits).flatMap(([window, limit]) => {
      if (!WINDOW.test(window) || !Value.Check(Limit, limit)) return [];
      const usedPercent = Math.min(100, Math.max(0, limit.used_percentage));
      return [{ window, usedPercent, resetsAtMs: Math.round(limit.resets_at * MS_PER_S) }];
    }),
  };
}

/** When all that is used up has reset. */
function lastReset(limits: readonly unknown[]): number | null {
  const resets = limits.flatMap((limit) =>
    Value.Check(Limit, limit) && limit.used_percentage >= USED_UP_PERCENT ? [limit.resets_at] : [],
  );
  return resets.length === 0 ? null : Math.round(Math.max(...resets) * MS_PER_S);
}
