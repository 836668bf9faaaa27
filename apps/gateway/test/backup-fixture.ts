/** Two real databases with rows in them, backed up into a directory of the test's own. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { GATEWAY_SCHEMA } from '@dashboard/runtime/gateway-schema';
import { SESSIONS_SCHEMA } from '@dashboard/runtime/sessions-schema';
import { openDatabase, type Database } from '@dashboard/runtime/sqlite';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { onTestFinished } from 'vitest';
import { Backups, type BackupsOptions } from '#src/backup/backups.ts';

export interface Kept {
  readonly clock: ManualClock;
  readonly directory: string;
  readonly databases: { readonly gateway: string; readonly sessions: string };
  readonly backups: Backups;
  with(change: Partial<BackupsOptions>): Backups;
}

export async function setUpBackups(): Promise<Kept> {
  const directory = await temporaryDirectory();
  const clock = new ManualClock();
  const databases = {
    gateway: join(directory, 'gateway', 'gateway.db'),
    sessions: join(directory, 'worker', 'sessions.db'),
  };
  openDatabase({ path: databases.sessions, migrations: SESSIONS_SCHEMA }).close();
  const gateway = openDatabase({ path: databases.gateway, migrations: GATEWAY_SCHEMA });
  addUser(gateway, 'olivia');
  gateway.exec(
    "INSERT INTO logins (id, user_id, created_at_ms, last_seen_at_ms, expires_at_ms) VALUES ('login', 'olivia', 1, 1, 1)",
  );
  gateway.close();
  const options: BackupsOptions = {
    ...{ directory: join(directory, 'backups'), databases, recipients: [], release: '1.2.3' },
    ...{ clock, retention: { hourly: 24, daily: 30, weekly: 0 }, offsite: undefined },
  };
  const made = (change: Partial<BackupsOptions> = {}): Backups =>
    new Backups({ ...options, ...change });
  return { clock, directory, databases, backups: made(), with: made };
}

/** As the gateway opens it. */
export function useGateway(path: string): Database {
  const database = openDatabase({ path, migrations: GATEWAY_SCHEMA });
  onTestFinished(() => void database.close());
  return database;
}

export function addUser(database: Database, name: string): void {
  database
    .prepare(
      `INSERT INTO users (id, name, folded_name, role, password_hash, created_at_ms)
       VALUES (?, ?, ?, 'owner', ?, 1)`,
    )
    .run(name, name, name, randomBytes(600).toString('base64'));
}

export function usersIn(database: Database): unknown[] {
  return database.prepare('SELECT name FROM users ORDER BY name').pluck().all();
}
