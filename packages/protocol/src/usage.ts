/**
 * What agents have used: tokens as their transcripts count them, cost as they themselves estimate it,
 * the time that they waited for people, and what the account has left. docs/AGENTS.md says which
 * signal each figure comes from and what it does not hold.
 */
import { Type, type Static } from 'typebox';
import { SessionIdSchema } from './ids.ts';
import {
  MODEL_CHARS_MAX,
  PATH_CHARS_MAX,
  SESSION_NAME_CHARS_MAX,
  TIME_ZONE_CHARS_MAX,
  USAGE_LIMITS_MAX,
  USAGE_MODELS_MAX,
  USAGE_ROWS_MAX,
} from './limits.ts';
import { ProfileId } from './sessions.ts';

const Count = Type.Integer({ minimum: 0 });
const Dollars = Type.Number({ minimum: 0 });
const EpochMs = Type.Integer({ minimum: 0 });

/** As the Messages API tells them apart; each has a price of its own. */
export const Tokens = Type.Object(
  { input: Count, output: Count, cacheRead: Count, cacheWrite: Count },
  { additionalProperties: false },
);
export type Tokens = Readonly<Static<typeof Tokens>>;
export type TokenType = keyof Tokens;
export const TOKEN_TYPES = ['input', 'output', 'cacheRead', 'cacheWrite'] as const;

const Spending = {
  tokens: Tokens,
  /** Of them, those that no message of a transcript tells of, as of compaction: see AGENTS.md. */
  unlistedTokens: Count,
  /** Answers of a model. */
  requests: Count,
  /** As the agent estimates it; null where it told none. */
  costUsd: Type.Union([Dollars, Type.Null()]),
};

export const ModelUsage = Type.Object(
  /** `other` stands for those beyond the ones with most tokens. */
  { model: Type.String({ maxLength: MODEL_CHARS_MAX }), ...Spending },
  { additionalProperties: false },
);
export type ModelUsage = Readonly<Static<typeof ModelUsage>>;

const Figures = {
  ...Spending,
  /** Of sessions of which nobody told the cost. */
  tokensWithoutCost: Count,
  /** How long agents waited for an answer of a person, and how often. */
  waitedMs: Count,
  waits: Count,
};

export const UsageFigures = Type.Object(Figures, { additionalProperties: false });
export type UsageFigures = Readonly<Static<typeof UsageFigures>>;

export const UsageRow = Type.Object(
  {
    /** A day (2026-11-25) or hour (2026-11-25T14:00), a directory, a model, or a session. */
    key: Type.String({ maxLength: PATH_CHARS_MAX }),
    /** Of a session, as long as there is one. */
    name: Type.Union([Type.String({ maxLength: SESSION_NAME_CHARS_MAX }), Type.Null()]),
    /** Of a session: where it works. */
    project: Type.Union([Type.String({ maxLength: PATH_CHARS_MAX }), Type.Null()]),
    ...Figures,
    /** Most tokens first. */
    models: Type.Array(ModelUsage, { maxItems: USAGE_MODELS_MAX }),
  },
  { additionalProperties: false },
);
export type UsageRow = Readonly<Static<typeof UsageRow>>;

/** What an account has left, as its agents' status lines say; the newest that was told counts. */
export const AccountLimit = Type.Object(
  {
    profile: ProfileId,
    /** In the agent's own word: five_hour, seven_day. */
    window: Type.String({ pattern: '^[a-z][a-z0-9_]{0,31}$' }),
    usedPercent: Type.Number({ minimum: 0, maximum: 100 }),
    resetsAtMs: EpochMs,
    toldAtMs: EpochMs,
  },
  { additionalProperties: false },
);
export type AccountLimit = Readonly<Static<typeof AccountLimit>>;

export const UsageGroup = Type.Union([
  Type.Literal('hour'),
  Type.Literal('day'),
  Type.Literal('project'),
  Type.Literal('model'),
  Type.Literal('session'),
]);
export type UsageGroup = Static<typeof UsageGroup>;

/** Whole milliseconds since the epoch; a query is text. */
const Instant = Type.String({ pattern: '^[0-9]{1,15}$' });

export const UsageQuery = Type.Object(
  {
    from: Instant,
    /** Not included. */
    to: Instant,
    group: UsageGroup,
    /** Whose days and hours are meant, as Europe/Berlin; UTC without one. */
    timeZone: Type.Optional(
      Type.String({ maxLength: TIME_ZONE_CHARS_MAX, pattern: '^[A-Za-z0-9_+/-]+$' }),
    ),
  },
  { additionalProperties: false },
);
export type UsageQuery = Readonly<Static<typeof UsageQuery>>;

export const UsageReport = Type.Object(
  {
    total: UsageFigures,
    /** Days and hours in their order, without those that have nothing; others by cost, then tokens. */
    rows: Type.Array(UsageRow, { maxItems: USAGE_ROWS_MAX }),
    /** There are more rows; the total has them. */
    isTruncated: Type.Boolean(),
    limits: Type.Array(AccountLimit, { maxItems: USAGE_LIMITS_MAX }),
    /** Of the last hour, or since the worker started where that is less. */
    burn: Type.Object(
      { costUsdPerHour: Dollars, tokensPerHour: Count, overMs: Count },
      { additionalProperties: false },
    ),
    /** Single sessions are known since then; what is older is kept by day, project and model. */
    sessionsSinceMs: EpochMs,
    /** Agents that wait for a person right now; their time so far is in the figures. */
    waiting: Type.Array(SessionIdSchema),
  },
  { additionalProperties: false },
);
export type UsageReport = Readonly<Static<typeof UsageReport>>;
