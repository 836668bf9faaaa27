/**
 * The tables of the gateway's database. Released entries never change; a change is a new entry.
 * They stand here because two programs need them: the gateway, and whoever judges a backup.
 */
import type { Migration } from './sqlite.ts';

export const GATEWAY_SCHEMA: readonly Migration[] = [
  {
    name: 'users, logins and their refresh tokens',
    sql: `
      CREATE TABLE users (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        -- "Alice" and "alice" are one person: two of them in a list would deceive.
        folded_name TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('observer', 'operator', 'owner')),
        password_hash TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE logins (
        id TEXT PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created_at_ms INTEGER NOT NULL,
        last_seen_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL,
        revoked_at_ms INTEGER
      ) STRICT;
      CREATE INDEX logins_of_user ON logins (user_id);

      CREATE TABLE refresh_tokens (
        hash BLOB PRIMARY KEY,
        login_id TEXT NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
        created_at_ms INTEGER NOT NULL,
        -- Both are null while the token has not been used. The salt and the token make its successor.
        replaced_at_ms INTEGER,
        successor_salt BLOB,
        CHECK ((replaced_at_ms IS NULL) = (successor_salt IS NULL))
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX refresh_tokens_of_login ON refresh_tokens (login_id, created_at_ms);
    `,
  },
  {
    name: 'alerts: wishes, muted sessions, devices and webhooks',
    sql: `
      CREATE TABLE alert_wishes (
        user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        -- JSON of AlertSettings.
        settings TEXT NOT NULL CHECK (json_valid(settings))
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE muted_sessions (
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        session_id TEXT NOT NULL,
        PRIMARY KEY (user_id, session_id)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE devices (
        id TEXT PRIMARY KEY,
        -- A browser that is logged out hears nothing more.
        login_id TEXT NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
        label TEXT NOT NULL,
        endpoint TEXT NOT NULL UNIQUE,
        p256dh TEXT NOT NULL,
        auth TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        -- JSON of Delivery.
        last TEXT CHECK (json_valid(last))
      ) STRICT;
      CREATE INDEX devices_of_login ON devices (login_id);

      CREATE TABLE webhooks (
        id TEXT PRIMARY KEY,
        label TEXT NOT NULL,
        format TEXT NOT NULL CHECK (format IN ('json', 'slack', 'ntfy')),
        url TEXT NOT NULL,
        secret BLOB NOT NULL,
        -- JSON array of AlertKind.
        kinds TEXT NOT NULL CHECK (json_valid(kinds)),
        hides_names INTEGER NOT NULL CHECK (hides_names IN (0, 1)),
        is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
        created_at_ms INTEGER NOT NULL,
        last TEXT CHECK (json_valid(last))
      ) STRICT;
    `,
  },
  {
    name: 'where logins were opened',
    sql: `
      -- Both are empty for logins from before.
      ALTER TABLE logins ADD COLUMN address TEXT NOT NULL DEFAULT '';
      ALTER TABLE logins ADD COLUMN browser TEXT NOT NULL DEFAULT '';
    `,
  },
  {
    name: 'second factors and recovery codes',
    sql: `
      CREATE TABLE second_factors (
        user_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
        -- Which key of the keyring the secret is sealed with.
        kid TEXT NOT NULL,
        sealed BLOB NOT NULL,
        -- Null until a first code has shown that the app has the secret.
        confirmed_at_ms INTEGER,
        -- The newest that was used: a code works once.
        last_step INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE recovery_codes (
        hash BLOB PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX recovery_codes_of_user ON recovery_codes (user_id);

      -- Long enough with a second factor only.
      ALTER TABLE users ADD COLUMN has_short_password INTEGER NOT NULL DEFAULT 0
        CHECK (has_short_password IN (0, 1));
    `,
  },
  {
    name: 'passkeys',
    sql: `
      CREATE TABLE passkeys (
        id TEXT PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        -- As the authenticator calls it, base64url.
        credential_id TEXT NOT NULL UNIQUE,
        public_key BLOB NOT NULL,
        counter INTEGER NOT NULL,
        label TEXT NOT NULL,
        created_at_ms INTEGER NOT NULL,
        last_used_at_ms INTEGER
      ) STRICT;
      CREATE INDEX passkeys_of_user ON passkeys (user_id);
    `,
  },
  {
    name: 'when a login was last proven',
    sql: `
      -- Logins of before have proven nothing: they are asked at the first dangerous act.
      ALTER TABLE logins ADD COLUMN proven_at_ms INTEGER NOT NULL DEFAULT 0;
    `,
  },
  {
    name: 'invitations',
    sql: `
      CREATE TABLE invitations (
        id TEXT PRIMARY KEY,
        -- Of a token of 256 bits, which is shown once.
        hash BLOB NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('observer', 'operator', 'owner')),
        created_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL
      ) STRICT;
    `,
  },
  {
    name: 'which gateway tells of what',
    sql: `
      CREATE TABLE told_occasions (
        session_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        what TEXT NOT NULL,
        since_ms INTEGER NOT NULL,
        told_at_ms INTEGER NOT NULL,
        PRIMARY KEY (session_id, kind, what, since_ms)
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: 'the audit trail',
    sql: `
      CREATE TABLE audit_records (
        number INTEGER PRIMARY KEY,
        -- JSON, byte for byte as it was hashed.
        record TEXT NOT NULL CHECK (json_valid(record)),
        -- SHA-256 of the hash before and this record.
        hash BLOB NOT NULL CHECK (length(hash) = 32),
        -- To look for; made from what is hashed, so that a filter cannot be deceived.
        at TEXT GENERATED ALWAYS AS (json_extract(record, '$.at')) VIRTUAL,
        event TEXT GENERATED ALWAYS AS (json_extract(record, '$.event')) VIRTUAL,
        person TEXT GENERATED ALWAYS AS (json_extract(record, '$.person')) VIRTUAL
      ) STRICT;
      CREATE INDEX audit_records_of_event ON audit_records (event, number);
      CREATE INDEX audit_records_of_person ON audit_records (person, number);

      -- Where the chain begins and ends, proven with a key that is not in this file.
      CREATE TABLE audit_seal (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        first_number INTEGER NOT NULL,
        hash_before_first BLOB NOT NULL,
        last_number INTEGER NOT NULL,
        last_hash BLOB NOT NULL,
        kid TEXT NOT NULL,
        mac BLOB NOT NULL
      ) STRICT;

      -- Against our own mistakes; whoever means harm drops them, and is found by the hashes.
      CREATE TRIGGER audit_records_never_change BEFORE UPDATE ON audit_records
        BEGIN SELECT RAISE(ABORT, 'audit records never change'); END;
      CREATE TRIGGER audit_records_stay BEFORE DELETE ON audit_records
        WHEN OLD.number >= coalesce((SELECT first_number FROM audit_seal), 0)
        BEGIN SELECT RAISE(ABORT, 'only what is older than the sealed chain is forgotten'); END;
    `,
  },
];
