/**
 * The opaque tokens that keep a login going: each is used once and leads to the next. Only hashes
 * are stored, and no signing key is involved: rotating or burning that key logs nobody out.
 *
 * The next token is HMAC(salt, token) with a random salt that is stored. So a second tab that comes
 * with the same token a moment later is given the same next one, and whichever answer reaches the
 * cookie jar last, the jar holds the newest. Neither the file nor an old token alone yields it.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { LoginId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import { REFRESH_GRACE_MS, SPENT_TOKENS_PER_LOGIN_MAX } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';

const TOKEN_BYTES = 32;

export type Exchange =
  | { readonly outcome: 'exchanged'; readonly loginId: LoginId; readonly token: string }
  /** Used again after the grace: somebody has a copy. */
  | { readonly outcome: 'reused'; readonly loginId: LoginId }
  | { readonly outcome: 'unknown' };

interface Row {
  readonly login_id: LoginId;
  readonly replaced_at_ms: number | null;
  readonly successor_salt: Buffer | null;
}

export class RefreshTokens {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The first token of a login. */
  issue(loginId: LoginId): string {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#insert(loginId, token);
    return token;
  }

  /** Call it in a transaction: it reads and writes. */
  exchange(token: string): Exchange {
    // Each further turn is one replacement of the last ten seconds.
    for (let current = token, isFirst = true; ; isFirst = false) {
      const row = this.#find(current);
      if (row === undefined) return { outcome: 'unknown' };
      const { login_id: loginId, replaced_at_ms, successor_salt } = row;
      if (replaced_at_ms === null || successor_salt === null) {
        const next = isFirst ? this.#replace(loginId, current) : current;
        return { outcome: 'exchanged', loginId, token: next };
      }
      const sinceMs = Math.abs(this.#clock.nowMs() - replaced_at_ms);
      if (sinceMs >= REFRESH_GRACE_MS) return { outcome: 'reused', loginId };
      current = successorOf(current, successor_salt);
    }
  }

  #replace(loginId: LoginId, token: string): string {
    const salt = randomBytes(TOKEN_BYTES);
    this.#database
      .prepare<[number, Buffer, Buffer]>(
        'UPDATE refresh_tokens SET replaced_at_ms = ?, successor_salt = ? WHERE hash = ?',
      )
      .run(this.#clock.nowMs(), salt, hashOf(token));
    const next = successorOf(token, salt);
    this.#insert(loginId, next);
    this.#forgetOldest(loginId);
    return next;
  }

  #find(token: string): Row | undefined {
    return this.#database
      .prepare<[Buffer], Row>(
        'SELECT login_id, replaced_at_ms, successor_salt FROM refresh_tokens WHERE hash = ?',
      )
      .get(hashOf(token));
  }

  #insert(loginId: LoginId, token: string): void {
    this.#database
      .prepare<[Buffer, LoginId, number]>(
        'INSERT INTO refresh_tokens (hash, login_id, created_at_ms) VALUES (?, ?, ?)',
      )
      .run(hashOf(token), loginId, this.#clock.nowMs());
  }

  #forgetOldest(loginId: LoginId): void {
    this.#database
      .prepare<[LoginId, number]>(
        `DELETE FROM refresh_tokens WHERE hash IN (
           SELECT hash FROM refresh_tokens WHERE login_id = ? AND replaced_at_ms IS NOT NULL
           ORDER BY replaced_at_ms DESC LIMIT -1 OFFSET ?)`,
      )
      .run(loginId, SPENT_TOKENS_PER_LOGIN_MAX);
  }
}

/** A plain hash is enough: 256 random bits cannot be guessed, unlike a password. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function successorOf(token: string, salt: Buffer): string {
  return createHmac('sha256', salt).update(token).digest('base64url');
}
