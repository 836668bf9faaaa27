/** What each person wants to be told, and of which sessions nothing. */
import { AlertSettings, DEFAULT_ALERT_SETTINGS } from '@dashboard/protocol/alerts';
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId, UserId } from '@dashboard/protocol/ids';
import { MUTED_SESSIONS_MAX } from '@dashboard/protocol/limits';
import { Value } from 'typebox/value';
import type { AuthDatabase } from '../auth/index.ts';
import { isTimeZone } from './decide.ts';

export interface Wish {
  readonly userId: UserId;
  readonly settings: AlertSettings;
  readonly muted: ReadonlySet<SessionId>;
}

interface Row {
  readonly id: UserId;
  readonly settings: string | null;
}

interface MutedRow {
  readonly user_id: UserId;
  readonly session_id: SessionId;
}

export class Wishes {
  readonly #database: AuthDatabase;

  constructor(database: AuthDatabase) {
    this.#database = database;
  }

  /** Of everybody, also of those who have never chosen anything. */
  all(): Wish[] {
    const muted = this.#database
      .prepare<[], MutedRow>('SELECT user_id, session_id FROM muted_sessions')
      .all();
    const sql = `SELECT users.id, settings FROM users
      LEFT JOIN alert_wishes ON alert_wishes.user_id = users.id`;
    return this.#database
      .prepare<[], Row>(sql)
      .all()
      .map(({ id: userId, settings }) => {
        const own = muted.filter(({ user_id }) => user_id === userId);
        const sessions = new Set(own.map(({ session_id }) => session_id));
        return { userId, settings: parse(settings), muted: sessions };
      });
  }

  of(userId: UserId): AlertSettings {
    const row = this.#database
      .prepare<[UserId], Pick<Row, 'settings'>>(
        'SELECT settings FROM alert_wishes WHERE user_id = ?',
      )
      .get(userId);
    return parse(row?.settings ?? null);
  }

  /** @throws DashboardError invalid_request for hours that never come, or a zone nobody knows */
  change(userId: UserId, settings: AlertSettings): AlertSettings {
    const { quietHours: quiet } = settings;
    if (quiet !== null && !isTimeZone(quiet.timeZone)) {
      throw new DashboardError('invalid_request', `There is no time zone ${quiet.timeZone}.`);
    }
    if (quiet !== null && quiet.from === quiet.to) {
      throw new DashboardError('invalid_request', 'Quiet hours begin and end at the same time.');
    }
    this.#database
      .prepare<[UserId, string]>(
        `INSERT INTO alert_wishes (user_id, settings) VALUES (?, ?)
         ON CONFLICT (user_id) DO UPDATE SET settings = excluded.settings`,
      )
      .run(userId, JSON.stringify(settings));
    return settings;
  }

  mutedBy(userId: UserId): SessionId[] {
    return this.#database
      .prepare<[UserId], MutedRow>(
        'SELECT user_id, session_id FROM muted_sessions WHERE user_id = ?',
      )
      .all(userId)
      .map(({ session_id }) => session_id);
  }

  /** @throws DashboardError conflict with MUTED_SESSIONS_MAX */
  mute(userId: UserId, session: SessionId): void {
    this.#database.transaction(() => {
      if (this.mutedBy(userId).length >= MUTED_SESSIONS_MAX) {
        throw new DashboardError('conflict', `${MUTED_SESSIONS_MAX} sessions are muted already.`);
      }
      this.#database
        .prepare<[UserId, SessionId]>(
          'INSERT OR IGNORE INTO muted_sessions (user_id, session_id) VALUES (?, ?)',
        )
        .run(userId, session);
    });
  }

  unmute(userId: UserId, session: SessionId): void {
    this.#database
      .prepare<[UserId, SessionId]>(
        'DELETE FROM muted_sessions WHERE user_id = ? AND session_id = ?',
      )
      .run(userId, session);
  }

  /** The session is gone. */
  forget(session: SessionId): void {
    this.#database
      .prepare<[SessionId]>('DELETE FROM muted_sessions WHERE session_id = ?')
      .run(session);
  }
}

/** What another release wrote and this one does not understand counts as never chosen. */
function parse(settings: string | null): AlertSettings {
  if (settings === null) return DEFAULT_ALERT_SETTINGS;
  const stored: unknown = JSON.parse(settings);
  return Value.Check(AlertSettings, stored) ? stored : DEFAULT_ALERT_SETTINGS;
}
