/** What lets a person make an account of their own: a token, shown once, used once, for three days. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import { parseInvitationId, type InvitationId } from '@dashboard/protocol/ids';
import type { CreatedInvitation, Invitation } from '@dashboard/protocol/invitations';
import type { User } from '@dashboard/protocol/people';
import type { Role } from '@dashboard/protocol/roles';
import type { Clock } from '@dashboard/runtime/clock';
import { INVITATION_TTL_MS, INVITATIONS_MAX } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';

const TOKEN_BYTES = 32;
const COLUMNS = 'id, role, created_at_ms AS createdAtMs, expires_at_ms AS expiresAtMs';

export class Invitations {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Those that can still be accepted, oldest first. */
  list(): Invitation[] {
    const sql = `SELECT ${COLUMNS} FROM invitations WHERE expires_at_ms > ? ORDER BY rowid`;
    return this.#database.prepare<[number], Invitation>(sql).all(this.#clock.nowMs());
  }

  /** @throws DashboardError conflict when there are INVITATIONS_MAX */
  create(role: Role): CreatedInvitation {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const createdAtMs = this.#clock.nowMs();
    const expiresAtMs = createdAtMs + INVITATION_TTL_MS;
    const id = parseInvitationId(randomUUID());
    this.#database.transaction(() => {
      this.#database
        .prepare<[number]>('DELETE FROM invitations WHERE expires_at_ms <= ?')
        .run(createdAtMs);
      if (this.list().length >= INVITATIONS_MAX) {
        throw new DashboardError('conflict', `${INVITATIONS_MAX} invitations are open already.`);
      }
      this.#database
        .prepare<[InvitationId, Buffer, Role, number, number]>(
          `INSERT INTO invitations (id, hash, role, created_at_ms, expires_at_ms)
           VALUES (?, ?, ?, ?, ?)`,
        )
        .run(id, hashOf(token), role, createdAtMs, expiresAtMs);
    });
    return { token, invitation: { id, role, createdAtMs, expiresAtMs } };
  }

  /** Before anything is done that costs: a stranger gets no hash computed. @throws DashboardError invalid_invitation */
  find(token: string): Invitation {
    const invitation = this.#database
      .prepare<[Buffer, number], Invitation>(
        `SELECT ${COLUMNS} FROM invitations WHERE hash = ? AND expires_at_ms > ?`,
      )
      .get(hashOf(token), this.#clock.nowMs());
    if (invitation !== undefined) return invitation;
    throw new DashboardError('invalid_invitation', 'This invitation is not valid (any more).');
  }

  /**
   * Of two that come with the same token one succeeds; what `join` throws leaves the invitation open.
   * @throws DashboardError invalid_invitation; what `join` throws
   */
  accept(token: string, join: (role: Role) => User): User {
    return this.#database.transaction(() => {
      const { id, role } = this.find(token);
      this.revoke(id);
      return join(role);
    });
  }

  /** @throws DashboardError not_found */
  revoke(id: InvitationId): void {
    const { changes } = this.#database
      .prepare<[InvitationId]>('DELETE FROM invitations WHERE id = ?')
      .run(id);
    if (changes === 0) throw new DashboardError('not_found', 'There is no such invitation.');
  }
}

/** A plain hash is enough for 256 random bits. */
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
