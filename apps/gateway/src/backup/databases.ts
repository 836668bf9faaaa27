/** What is backed up: the two databases, each with the tables by which it is recognised. */
import { GATEWAY_SCHEMA } from '@dashboard/runtime/gateway-schema';
import { SESSIONS_SCHEMA } from '@dashboard/runtime/sessions-schema';
import type { Migration } from '@dashboard/runtime/sqlite';

export type DatabaseName = 'gateway' | 'sessions';

interface Kind {
  readonly schema: readonly Migration[];
  /** Run on what comes back, before anybody uses it. */
  readonly onReturn: string | undefined;
}

export const DATABASES: Readonly<Record<DatabaseName, Kind>> = {
  gateway: {
    schema: GATEWAY_SCHEMA,
    // A login that was ended since would be good again; most browsers hold a newer token anyway.
    onReturn: 'PRAGMA foreign_keys = ON; DELETE FROM logins;',
  },
  sessions: { schema: SESSIONS_SCHEMA, onReturn: undefined },
};

export const DATABASE_NAMES = ['gateway', 'sessions'] as const satisfies readonly DatabaseName[];

/** Where each lies; what has no path is none of this process's business. */
export type DatabasePaths = Readonly<Partial<Record<DatabaseName, string>>>;
