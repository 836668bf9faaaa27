/** The tables of the book of usage, as a migration. */
export const USAGE_TABLES = `
  -- By hour (UTC), or by day with neither session nor conversation once it is long ago.
  CREATE TABLE usage_hours (
    hour_ms INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    conversation TEXT NOT NULL,
    project TEXT NOT NULL,
    model TEXT NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    unlisted INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    PRIMARY KEY (hour_ms, session_id, conversation, project, model)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX usage_hours_by_conversation ON usage_hours (conversation);

  CREATE TABLE usage_waits (
    hour_ms INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    project TEXT NOT NULL,
    waited_ms INTEGER NOT NULL,
    waits INTEGER NOT NULL,
    PRIMARY KEY (hour_ms, session_id, project)
  ) STRICT, WITHOUT ROWID;

  -- counted counts up: the oldest are forgotten first.
  CREATE TABLE usage_messages (
    counted INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    hour_ms INTEGER NOT NULL,
    model TEXT NOT NULL,
    input INTEGER NOT NULL,
    output INTEGER NOT NULL,
    cache_read INTEGER NOT NULL,
    cache_write INTEGER NOT NULL
  ) STRICT;

  -- models is JSON: of each model, tokens and cost.
  CREATE TABLE usage_accounts (
    conversation TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    models TEXT NOT NULL,
    past INTEGER NOT NULL,
    live INTEGER NOT NULL,
    forgotten_usd REAL NOT NULL,
    is_closed INTEGER NOT NULL,
    counted_at_ms INTEGER NOT NULL
  ) STRICT;

  CREATE INDEX usage_accounts_open ON usage_accounts (session_id) WHERE is_closed = 0;

  CREATE TABLE usage_transcripts (
    path TEXT PRIMARY KEY,
    conversation TEXT NOT NULL,
    offset INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE usage_facts (
    session_id TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    conversation TEXT NOT NULL,
    model TEXT,
    context_percent REAL,
    cost_usd REAL
  ) STRICT;

  CREATE TABLE usage_limits (
    profile TEXT NOT NULL,
    window TEXT NOT NULL,
    used_percent REAL NOT NULL,
    resets_at_ms INTEGER NOT NULL,
    told_at_ms INTEGER NOT NULL,
    PRIMARY KEY (profile, window)
  ) STRICT;
`;
