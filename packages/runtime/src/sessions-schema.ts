/**
 * The tables of the worker's database, in the order in which they came. Released ones never change.
 * They stand here because two programs need them: the worker, and whoever judges a backup.
 */
import type { Migration } from './sqlite.ts';
import { USAGE_TABLES } from './usage-schema.ts';

export const SESSIONS_SCHEMA: readonly Migration[] = [
  {
    name: 'sessions and their last screens',
    sql: `
      CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        profile TEXT NOT NULL,
        engine TEXT NOT NULL,
        directory TEXT NOT NULL,
        phase TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        ended_at_ms INTEGER,
        exit_code INTEGER,
        exit_signal INTEGER,
        cols INTEGER NOT NULL,
        rows INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX sessions_by_end ON sessions (ended_at_ms) WHERE ended_at_ms IS NOT NULL;

      -- kept counts up: which screen was kept first. deflated is zlib's format.
      CREATE TABLE screens (
        kept INTEGER PRIMARY KEY AUTOINCREMENT,
        session_id TEXT NOT NULL UNIQUE REFERENCES sessions (id) ON DELETE CASCADE,
        output_offset INTEGER NOT NULL,
        cols INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        scrollback_lines INTEGER NOT NULL,
        deflated BLOB NOT NULL
      ) STRICT;
    `,
  },
  {
    name: 'the conversation of the agent in a session',
    sql: 'ALTER TABLE sessions ADD COLUMN conversation TEXT;',
  },
  {
    name: 'what a launch needs again',
    sql: `
      ALTER TABLE sessions ADD COLUMN permission_mode TEXT;
      ALTER TABLE sessions ADD COLUMN model TEXT;
    `,
  },
  {
    name: 'prompts that wait for agents',
    sql: `
      -- place orders those of one session. enters: how often Enter was pressed behind a paste.
      CREATE TABLE prompts (
        id TEXT PRIMARY KEY,
        session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        text TEXT NOT NULL,
        state TEXT NOT NULL,
        place REAL NOT NULL,
        note TEXT,
        by_user_id TEXT NOT NULL,
        by_name TEXT NOT NULL,
        queued_at_ms INTEGER NOT NULL,
        since_ms INTEGER NOT NULL,
        touched_at_ms INTEGER NOT NULL,
        enters INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX prompts_by_session ON prompts (session_id);
    `,
  },
  { name: 'what agents used', sql: USAGE_TABLES },
  {
    name: 'the branch of the worktree that was made for a session',
    sql: 'ALTER TABLE sessions ADD COLUMN branch TEXT;',
  },
];
