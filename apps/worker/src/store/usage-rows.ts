/** Rows of the book of usage as the database has them. One that cannot be read is left out. */
import { ConversationId } from '@dashboard/protocol/agents';
import { SessionIdSchema } from '@dashboard/protocol/ids';
import { MODEL_CHARS_MAX } from '@dashboard/protocol/limits';
import { DirectoryPath } from '@dashboard/protocol/sessions';
import { AccountLimit, Tokens } from '@dashboard/protocol/usage';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type {
  AccountRow,
  Changes,
  HourRow,
  KnownMessage,
  LastFacts,
  WaitRow,
} from '../usage/index.ts';

const Count = Type.Integer({ minimum: 0 });
const EpochMs = Type.Integer({ minimum: 0 });
const Model = Type.String({ maxLength: MODEL_CHARS_MAX });
const SessionOrNone = Type.Union([SessionIdSchema, Type.Literal('')]);
const TokenColumns = { input: Count, output: Count, cache_read: Count, cache_write: Count };

const Hour = Compile(
  Type.Object({
    hour_ms: EpochMs,
    session_id: SessionOrNone,
    conversation: Type.Union([ConversationId, Type.Literal('')]),
    project: DirectoryPath,
    model: Model,
    ...TokenColumns,
    unlisted: Count,
    requests: Count,
    cost_usd: Type.Number({ minimum: 0 }),
  }),
);

const Wait = Compile(
  Type.Object({
    hour_ms: EpochMs,
    session_id: SessionOrNone,
    project: DirectoryPath,
    waited_ms: Count,
    waits: Count,
  }),
);

const Message = Compile(
  Type.Object({
    key: Type.String(),
    conversation: ConversationId,
    hour_ms: EpochMs,
    model: Model,
    ...TokenColumns,
  }),
);

const AccountColumns = Compile(
  Type.Object({
    conversation: ConversationId,
    session_id: SessionIdSchema,
    models: Type.String(),
    past: Count,
    live: Count,
    forgotten_usd: Type.Number({ minimum: 0 }),
    is_closed: Type.Integer(),
    counted_at_ms: EpochMs,
  }),
);
const Models = Compile(
  Type.Record(Model, Type.Object({ tokens: Tokens, costUsd: Type.Number({ minimum: 0 }) })),
);

const Facts = Compile(
  Type.Object({
    conversation: ConversationId,
    model: Type.Union([Model, Type.Null()]),
    context_percent: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()]),
    cost_usd: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]),
  }),
);

const { profile, window, usedPercent, resetsAtMs, toldAtMs } = AccountLimit.properties;
const Limit = Compile(
  Type.Object({
    profile,
    window,
    used_percent: usedPercent,
    resets_at_ms: resetsAtMs,
    told_at_ms: toldAtMs,
  }),
);

type Columns = Readonly<Record<string, number | string | null>>;

export function readHour(row: unknown): HourRow[] {
  if (!Hour.Check(row)) return [];
  const { hour_ms: hourMs, session_id: session, conversation, project, model, ...rest } = row;
  const { unlisted: unlistedTokens, requests, cost_usd: costUsd } = rest;
  const place = { hourMs, session, conversation, project, model };
  return [{ ...place, tokens: tokensOf(row), unlistedTokens, requests, costUsd }];
}

export function hourColumns(row: HourRow): Columns {
  const { hourMs, session, conversation, project, model, tokens } = row;
  const { unlistedTokens: unlisted, requests, costUsd } = row;
  return {
    ...{ hour_ms: hourMs, session_id: session, conversation, project, model },
    ...tokenColumns(tokens),
    ...{ unlisted, requests, cost_usd: costUsd },
  };
}

export function readWait(row: unknown): WaitRow[] {
  if (!Wait.Check(row)) return [];
  const { hour_ms: hourMs, session_id: session, project, waited_ms: waitedMs, waits } = row;
  return [{ hourMs, session, project, waitedMs, waits }];
}

export function waitColumns({ hourMs, session, project, waitedMs, waits }: WaitRow): Columns {
  const waited_ms = Math.round(waitedMs);
  return { hour_ms: hourMs, session_id: session, project, waited_ms, waits };
}

export function readMessage(row: unknown): KnownMessage | undefined {
  if (!Message.Check(row)) return undefined;
  const { key, conversation, hour_ms: hourMs, model } = row;
  return { key, conversation, hourMs, model, tokens: tokensOf(row) };
}

export function messageColumns(message: KnownMessage): Columns {
  const { key, conversation, hourMs, model, tokens } = message;
  return { key, conversation, hour_ms: hourMs, model, ...tokenColumns(tokens) };
}

export function readAccount(row: unknown): AccountRow | undefined {
  if (!AccountColumns.Check(row)) return undefined;
  const models: unknown = JSON.parse(row.models);
  if (!Models.Check(models)) return undefined;
  const { conversation, past, live, forgotten_usd: forgottenUsd } = row;
  return {
    conversation,
    session: row.session_id,
    account: { models, past, live, forgottenUsd },
    isClosed: row.is_closed === 1,
    countedAtMs: row.counted_at_ms,
  };
}

export function accountColumns(row: AccountRow): Columns {
  const { models, past, live, forgottenUsd } = row.account;
  return {
    session_id: row.session,
    ...{ conversation: row.conversation, models: JSON.stringify(models), past, live },
    forgotten_usd: forgottenUsd,
    is_closed: row.isClosed ? 1 : 0,
    counted_at_ms: row.countedAtMs,
  };
}

export function readFacts(row: unknown): LastFacts | undefined {
  if (!Facts.Check(row)) return undefined;
  const { conversation, model, context_percent: contextPercent, cost_usd: costUsd } = row;
  return { conversation, model, contextPercent, costUsd };
}

export function factsColumns(facts: Changes['facts'][number]): Columns {
  const { session, conversation, model, contextPercent, costUsd } = facts;
  const known = { context_percent: contextPercent, cost_usd: costUsd };
  return { session_id: session, conversation, model, ...known };
}

export function readLimit(row: unknown): AccountLimit[] {
  if (!Limit.Check(row)) return [];
  const { used_percent, resets_at_ms, told_at_ms, ...same } = row;
  return [{ ...same, usedPercent: used_percent, resetsAtMs: resets_at_ms, toldAtMs: told_at_ms }];
}

export function limitColumns(limit: AccountLimit): Columns {
  const { profile, window, usedPercent, resetsAtMs, toldAtMs } = limit;
  const told = { resets_at_ms: resetsAtMs, told_at_ms: toldAtMs };
  return { profile, window, used_percent: usedPercent, ...told };
}

interface TokenRow {
  readonly input: number;
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write: number;
}

function tokensOf({ input, output, cache_read, cache_write }: TokenRow): Tokens {
  return { input, output, cacheRead: cache_read, cacheWrite: cache_write };
}

function tokenColumns({ input, output, cacheRead, cacheWrite }: Tokens): Columns {
  return { input, output, cache_read: cacheRead, cache_write: cacheWrite };
}
