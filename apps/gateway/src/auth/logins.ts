/**
 * What cookies stand for. The row of a login decides on every request: when it is revoked or gone,
 * the next request is refused however fresh its token is, and whoever holds a socket or a stream of
 * that login is told at once. The role is read from the person's row each time, never from a token.
 */
import { randomUUID } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import { parseLoginId, type LoginId, type UserId } from '@dashboard/protocol/ids';
import { invariant } from '@dashboard/protocol/invariant';
import type { LoginSummary } from '@dashboard/protocol/people';
import type { Role } from '@dashboard/protocol/roles';
import type { Clock } from '@dashboard/runtime/clock';
import { LAST_SEEN_EVERY_MS, LOGINS_PER_USER_MAX, LOGIN_TTL_MS } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { REVOCATIONS, type Revocation, type RevocationReason } from './revocations.ts';
import type { Viewer } from './viewer.ts';

export interface OpenedLogin {
  readonly viewer: Viewer;
  readonly refreshToken: string;
}

/** From where a login is opened, for the person who looks at the list later. */
export interface LoginPlace {
  readonly address: string;
  /** In words. */
  readonly browser: string;
}

const SOMEWHERE: LoginPlace = { address: '', browser: '' };

interface Row {
  readonly id: LoginId;
  readonly user_id: UserId;
  readonly name: string;
  readonly role: Role;
  readonly last_seen_at_ms: number;
}

type Lost = Pick<Row, 'id' | 'user_id'>;

const LIVE = 'logins.revoked_at_ms IS NULL AND logins.expires_at_ms > ?';

export class Logins {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;
  readonly #tokens: RefreshTokens;
  readonly #listeners = new Set<(revocation: Revocation) => void>();
  /** Those that may hold a socket or a stream here, as they were when they last asked. */
  readonly #here = new Map<LoginId, Pick<Row, 'user_id' | 'role'>>();
  /** Monotonic: a disk that refuses, or that somebody holds, is not tried at every request. */
  #touchAgainAtMs = -Infinity;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#tokens = new RefreshTokens(database, clock);
  }

  /** A new login has a new id and a new token, whatever the browser held before. */
  open(userId: UserId, place = SOMEWHERE): OpenedLogin {
    const { opened, displaced } = this.#database.transaction(() => {
      const id = this.#insert(userId, place);
      const refreshToken = this.#tokens.issue(id);
      const row = this.#row(id);
      invariant(row !== undefined, 'a login would be handed out that no request accepts');
      return { opened: { viewer: viewerOf(row), refreshToken }, displaced: this.#displace(userId) };
    });
    this.#tell(displaced, 'displaced');
    return opened;
  }

  /** @returns null when the login is revoked, has run out or never was */
  find(loginId: LoginId): Viewer | null {
    const row = this.#row(loginId);
    if (row === undefined) return null;
    this.#here.set(loginId, { user_id: row.user_id, role: row.role });
    const nowMs = this.#clock.nowMs();
    if (nowMs - row.last_seen_at_ms >= LAST_SEEN_EVERY_MS) this.#touch(loginId, nowMs);
    return viewerOf(row);
  }

  /**
   * Exchanges a refresh token and lets the login live LOGIN_TTL_MS longer.
   * @throws DashboardError unauthenticated; a token that was used before ends its login
   */
  refresh(token: string): OpenedLogin {
    const found = this.#database.transaction(() => {
      const exchange = this.#tokens.exchange(token);
      if (exchange.outcome !== 'exchanged') return exchange;
      const row = this.#row(exchange.loginId);
      if (row === undefined) return { outcome: 'unknown' } as const;
      this.#prolong(exchange.loginId);
      return { outcome: 'refreshed', viewer: viewerOf(row), refreshToken: exchange.token } as const;
    });
    if (found.outcome === 'refreshed') return found;
    if (found.outcome === 'reused') this.revoke(found.loginId, 'token_reused');
    throw new DashboardError('unauthenticated', 'This login is over.');
  }

  /** Does nothing when it is revoked already. */
  revoke(loginId: LoginId, reason: RevocationReason): void {
    const lost = this.#database
      .prepare<[number, LoginId], Lost>(
        `UPDATE logins SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL
         RETURNING id, user_id`,
      )
      .all(this.#clock.nowMs(), loginId);
    this.#tell(lost, reason);
  }

  /** Ends all logins of a person but one. Undefined keeps none. */
  revokeOthers(userId: UserId, kept: LoginId | undefined, reason: RevocationReason): void {
    const nowMs = this.#clock.nowMs();
    const lost = this.#database
      .prepare<[number, UserId, string, number], Lost>(
        `UPDATE logins SET revoked_at_ms = ? WHERE user_id = ? AND id <> ? AND ${LIVE}
         RETURNING id, user_id`,
      )
      .all(nowMs, userId, kept ?? '', nowMs);
    this.#tell(lost, reason);
  }

  /** Those that live, seen last first. @param current the one that asks */
  list(userId: UserId, current: LoginId): LoginSummary[] {
    const rows = this.#database
      .prepare<[UserId, number], Omit<LoginSummary, 'isCurrent'>>(
        `SELECT id, browser, address, created_at_ms AS createdAtMs, last_seen_at_ms AS lastSeenAtMs
         FROM logins WHERE user_id = ? AND ${LIVE} ORDER BY last_seen_at_ms DESC, rowid DESC`,
      )
      .all(userId, this.#clock.nowMs());
    return rows.map((row) => ({ ...row, isCurrent: row.id === current }));
  }

  /** Whose it is, without counting as seen. @returns undefined when it is over */
  ownerOf(loginId: LoginId): UserId | undefined {
    return this.#row(loginId)?.user_id;
  }

  /**
   * Changes a person and tells all their logins: sockets were opened with what was true before.
   * @param change takes place first, in the same transaction; what it throws undoes all
   */
  changePerson<T>(userId: UserId, reason: RevocationReason, change: () => T): T {
    const { lost, result } = this.#database.transaction(() => ({
      lost: this.#liveOf(userId),
      result: change(),
    }));
    this.#tell(lost, reason);
    return result;
  }

  /** Forgets what has run out. Revoked rows stay until then: an old token must not become unknown. */
  sweep(): void {
    const nowMs = this.#clock.nowMs();
    const expired = this.#database
      .prepare<[number], Lost & { revoked_at_ms: number | null }>(
        'DELETE FROM logins WHERE expires_at_ms <= ? RETURNING id, user_id, revoked_at_ms',
      )
      .all(nowMs);
    this.#tell(
      expired.filter((row) => row.revoked_at_ms === null),
      'expired',
    );
  }

  /** Looks whether another gateway has ended logins that were seen here, or changed their role. */
  lookElsewhere(): void {
    for (const [id, known] of [...this.#here]) {
      const row = this.#row(id);
      if (row?.role === known.role) continue;
      const reason = row === undefined ? 'elsewhere' : 'role_changed';
      this.#tell([{ id, user_id: known.user_id }], reason);
    }
  }

  /**
   * Called in the same turn in which a login ends or its role changes, after that is on disk.
   * @returns a function that ends the listening
   */
  onRevoked(listener: (revocation: Revocation) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws DashboardError unauthenticated when the person was removed while the password was checked */
  #insert(userId: UserId, { address, browser }: LoginPlace): LoginId {
    const id = parseLoginId(randomUUID());
    const nowMs = this.#clock.nowMs();
    const { changes } = this.#database
      .prepare<[LoginId, string, string, number, number, number, number, UserId]>(
        `INSERT INTO logins
           (id, user_id, address, browser, created_at_ms, last_seen_at_ms, proven_at_ms, expires_at_ms)
         SELECT ?, id, ?, ?, ?, ?, ?, ? FROM users WHERE id = ?`,
      )
      .run(id, address, browser, nowMs, nowMs, nowMs, nowMs + LOGIN_TTL_MS, userId);
    if (changes === 0) throw new DashboardError('unauthenticated', 'This person was removed.');
    return id;
  }

  #displace(userId: UserId): Lost[] {
    const nowMs = this.#clock.nowMs();
    return this.#database
      .prepare<[number, UserId, number, number], Lost>(
        `UPDATE logins SET revoked_at_ms = ? WHERE id IN (
           SELECT id FROM logins WHERE user_id = ? AND ${LIVE}
           ORDER BY last_seen_at_ms DESC, created_at_ms DESC LIMIT -1 OFFSET ?)
         RETURNING id, user_id`,
      )
      .all(nowMs, userId, nowMs, LOGINS_PER_USER_MAX);
  }

  #liveOf(userId: UserId): Lost[] {
    return this.#database
      .prepare<[UserId, number], Lost>(
        `SELECT id, user_id FROM logins WHERE user_id = ? AND ${LIVE}`,
      )
      .all(userId, this.#clock.nowMs());
  }

  #row(loginId: LoginId): Row | undefined {
    return this.#database
      .prepare<[LoginId, number], Row>(
        `SELECT logins.id, user_id, name, role, last_seen_at_ms
         FROM logins JOIN users ON users.id = user_id WHERE logins.id = ? AND ${LIVE}`,
      )
      .get(loginId, this.#clock.nowMs());
  }

  /**
   * Only forward: a clock that is set back must not make a login look older. It is worth nothing
   * compared with the request that it comes with: on a full disk people go on working.
   */
  #touch(loginId: LoginId, nowMs: number): void {
    const monotonicMs = this.#clock.monotonicMs();
    if (monotonicMs < this.#touchAgainAtMs) return;
    try {
      this.#database
        .prepare<[number, LoginId]>('UPDATE logins SET last_seen_at_ms = ? WHERE id = ?')
        .run(nowMs, loginId);
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      this.#touchAgainAtMs = monotonicMs + LAST_SEEN_EVERY_MS;
    }
  }

  #prolong(loginId: LoginId): void {
    const nowMs = this.#clock.nowMs();
    this.#database
      .prepare<[number, number, LoginId]>(
        'UPDATE logins SET expires_at_ms = ?, last_seen_at_ms = max(last_seen_at_ms, ?) WHERE id = ?',
      )
      .run(nowMs + LOGIN_TTL_MS, nowMs, loginId);
  }

  #tell(lost: readonly Lost[], reason: RevocationReason): void {
    for (const { id, user_id } of lost) {
      this.#here.delete(id);
      const revocation = { loginId: id, userId: user_id, reason, code: REVOCATIONS[reason] };
      for (const listener of this.#listeners) listener(revocation);
    }
  }
}

function viewerOf(row: Row): Viewer {
  return { userId: row.user_id, name: row.name, role: row.role, loginId: row.id };
}

/** The database says so itself, in its health and in every answer that has to fail. */
export function isStorageFailure(error: unknown): boolean {
  return error instanceof DashboardError && error.code === 'storage_failed';
}
