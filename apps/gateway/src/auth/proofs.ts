/** What only a proven login may do takes one that has lately shown a password or a passkey. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { LoginId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import { PROOF_TTL_MS } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';

export class Proofs {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Who holds the login has just shown it; whoever logs in has as well. */
  give(loginId: LoginId): void {
    this.#database
      .prepare<[number, LoginId]>('UPDATE logins SET proven_at_ms = ? WHERE id = ?')
      .run(this.#clock.nowMs(), loginId);
  }

  /** @throws DashboardError proof_needed */
  require(loginId: LoginId): void {
    const nowMs = this.#clock.nowMs();
    // A clock that was set back must not make a proof last longer.
    const proven = this.#database
      .prepare<[LoginId, number, number]>(
        'SELECT 1 FROM logins WHERE id = ? AND proven_at_ms > ? AND proven_at_ms <= ?',
      )
      .get(loginId, nowMs - PROOF_TTL_MS, nowMs);
    if (proven === undefined) {
      throw new DashboardError('proof_needed', 'Show once more that it is you.');
    }
  }
}
