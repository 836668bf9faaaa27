/** Every statement of the book of usage, prepared once. What they return is unknown until parsed. */
import type { Database, Statement } from '@dashboard/runtime/sqlite';

type Columns = Readonly<Record<string, number | string | null>>;
type Put = Statement<[Columns]>;
type Range = Statement<[fromMs: number, toMs: number]>;

export interface UsageStatements {
  readonly addHour: Put;
  readonly addWait: Put;
  readonly putMessage: Put;
  readonly putAccount: Put;
  readonly putOffset: Put;
  readonly putFacts: Put;
  readonly putLimit: Put;
  readonly message: Statement<[key: string]>;
  readonly account: Statement<[conversation: string]>;
  readonly open: Statement<[session: string]>;
  readonly offset: Statement<[path: string]>;
  readonly facts: Statement<[session: string]>;
  readonly limits: Statement<[]>;
  readonly name: Statement<[session: string]>;
  readonly hoursOf: Statement<[conversation: string]>;
  readonly hours: Range;
  readonly waits: Range;
  /** In this order, with the same parameters. */
  readonly tidy: readonly Statement<[{ foldMs: number; forgetMs: number; messagesMax: number }]>[];
}

export function prepareUsageStatements(database: Database): UsageStatements {
  const prepare = <P extends unknown[]>(sql: string): Statement<P> => database.prepare(sql);
  return {
    addHour: prepare(ADD_HOUR),
    addWait: prepare(ADD_WAIT),
    putMessage: prepare(`
      INSERT OR REPLACE INTO usage_messages
        (key, conversation, hour_ms, model, input, output, cache_read, cache_write)
      VALUES (@key, @conversation, @hour_ms, @model, @input, @output, @cache_read, @cache_write)
    `),
    putAccount: prepare(`
      INSERT OR REPLACE INTO usage_accounts
        (conversation, session_id, models, past, live, forgotten_usd, is_closed, counted_at_ms)
      VALUES
        (@conversation, @session_id, @models, @past, @live, @forgotten_usd, @is_closed, @counted_at_ms)
    `),
    putOffset: prepare(`
      INSERT OR REPLACE INTO usage_transcripts (path, conversation, offset)
      VALUES (@path, @conversation, @offset)
    `),
    putFacts: prepare(`
      INSERT OR REPLACE INTO usage_facts
        (session_id, conversation, model, context_percent, cost_usd)
      SELECT @session_id, @conversation, @model, @context_percent, @cost_usd
      WHERE EXISTS (SELECT 1 FROM sessions WHERE id = @session_id)
    `),
    putLimit: prepare(`
      INSERT OR REPLACE INTO usage_limits
        (profile, window, used_percent, resets_at_ms, told_at_ms)
      VALUES (@profile, @window, @used_percent, @resets_at_ms, @told_at_ms)
    `),
    message: prepare('SELECT * FROM usage_messages WHERE key = ?'),
    account: prepare('SELECT * FROM usage_accounts WHERE conversation = ?'),
    open: prepare(`
      SELECT * FROM usage_accounts WHERE session_id = ? AND is_closed = 0 ORDER BY counted_at_ms
    `),
    offset: prepare('SELECT offset FROM usage_transcripts WHERE path = ?'),
    facts: prepare('SELECT * FROM usage_facts WHERE session_id = ?'),
    limits: prepare('SELECT * FROM usage_limits ORDER BY profile, resets_at_ms LIMIT 50'),
    name: prepare('SELECT name FROM sessions WHERE id = ?'),
    hoursOf: prepare('SELECT * FROM usage_hours WHERE conversation = ?'),
    hours: prepare('SELECT * FROM usage_hours WHERE hour_ms >= ? AND hour_ms < ?'),
    waits: prepare('SELECT * FROM usage_waits WHERE hour_ms >= ? AND hour_ms < ?'),
    tidy: TIDY.map((sql) => prepare(sql)),
  };
}

const ADD_HOUR = `
  INSERT INTO usage_hours (
    hour_ms, session_id, conversation, project, model,
    input, output, cache_read, cache_write, unlisted, requests, cost_usd
  ) VALUES (
    @hour_ms, @session_id, @conversation, @project, @model,
    @input, @output, @cache_read, @cache_write, @unlisted, @requests, @cost_usd
  )
  ON CONFLICT DO UPDATE SET
    input = max(0, input + @input), output = max(0, output + @output),
    cache_read = max(0, cache_read + @cache_read),
    cache_write = max(0, cache_write + @cache_write),
    unlisted = unlisted + @unlisted, requests = requests + @requests,
    cost_usd = max(0, cost_usd + @cost_usd)
`;

const ADD_WAIT = `
  INSERT INTO usage_waits (hour_ms, session_id, project, waited_ms, waits)
  VALUES (@hour_ms, @session_id, @project, @waited_ms, @waits)
  ON CONFLICT DO UPDATE SET waited_ms = waited_ms + @waited_ms, waits = waits + @waits
`;

const DAY_MS = 86_400_000;

/** What is older than a bound becomes one row for each day, and goes where it was. */
const TIDY = [
  `INSERT INTO usage_hours
     SELECT hour_ms / ${DAY_MS} * ${DAY_MS}, '', '', project, model, sum(input), sum(output),
       sum(cache_read), sum(cache_write), sum(unlisted), sum(requests), sum(cost_usd)
     FROM usage_hours WHERE hour_ms < @foldMs AND session_id <> '' GROUP BY 1, project, model
   ON CONFLICT DO UPDATE SET
     input = input + excluded.input, output = output + excluded.output,
     cache_read = cache_read + excluded.cache_read,
     cache_write = cache_write + excluded.cache_write,
     unlisted = unlisted + excluded.unlisted, requests = requests + excluded.requests,
     cost_usd = cost_usd + excluded.cost_usd`,
  `DELETE FROM usage_hours WHERE hour_ms < @foldMs AND session_id <> ''`,
  `INSERT INTO usage_waits
     SELECT hour_ms / ${DAY_MS} * ${DAY_MS}, '', project, sum(waited_ms), sum(waits)
     FROM usage_waits WHERE hour_ms < @foldMs AND session_id <> '' GROUP BY 1, project
   ON CONFLICT DO UPDATE SET
     waited_ms = waited_ms + excluded.waited_ms, waits = waits + excluded.waits`,
  `DELETE FROM usage_waits WHERE hour_ms < @foldMs AND session_id <> ''`,
  'DELETE FROM usage_hours WHERE hour_ms < @forgetMs',
  'DELETE FROM usage_waits WHERE hour_ms < @forgetMs',
  `DELETE FROM usage_messages WHERE counted <= (
     SELECT max(counted) - @messagesMax FROM usage_messages
   )`,
  'DELETE FROM usage_accounts WHERE is_closed = 1 AND counted_at_ms < @forgetMs',
  `DELETE FROM usage_transcripts WHERE conversation NOT IN (
     SELECT conversation FROM usage_accounts
   )`,
  'DELETE FROM usage_limits WHERE told_at_ms < @forgetMs',
];
