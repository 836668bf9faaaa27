/**
 * Codes of authenticator apps (TOTP, RFC 6238). A secret is sealed with a key derived from the newest
 * of the keyring, and sealed anew whenever that key is another: at the start, and when the file of keys
 * changes. So it survives rotation, which leaves the old key for a while; where all keys were replaced at
 * once it is lost, and recovery codes, or an owner, let the person in.
 */
import type { UserId } from '@dashboard/protocol/ids';
import { DashboardError } from '@dashboard/protocol/errors';
import type { OfferedFactor } from '@dashboard/protocol/people';
import type { Clock } from '@dashboard/runtime/clock';
import type { Logger } from '@dashboard/runtime/logger';
import { Secret, TOTP } from 'otpauth';
import { CODE_PERIOD_MS } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';
import type { Keyring } from './keyring.ts';
import { RecoveryCodes } from './recovery-codes.ts';
import { seal, unseal, type Sealed } from './sealed.ts';

/** As RFC 4226 wants it, and as every app understands it. */
const SECRET_BYTES = 20;
const APP = { algorithm: 'SHA1', digits: 6, period: CODE_PERIOD_MS / 1_000 } as const;
const ISSUER = 'Claude Code Dashboard';
/** One period before and after: clocks of telephones differ. */
const WINDOW = 1;

interface Row extends Sealed {
  readonly user_id: UserId;
  readonly confirmed_at_ms: number | null;
}

export interface SecondFactorsOptions {
  readonly database: AuthDatabase;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class SecondFactors {
  readonly recoveryCodes: RecoveryCodes;
  readonly #options: SecondFactorsOptions;

  constructor(options: SecondFactorsOptions) {
    this.#options = options;
    this.recoveryCodes = new RecoveryCodes(options.database);
  }

  isOn(userId: UserId): boolean {
    return typeof this.#row(userId)?.confirmed_at_ms === 'number';
  }

  /** Asks for nothing yet; another offer takes the place of this one. @throws DashboardError conflict when it is on */
  offer(userId: UserId, name: string): OfferedFactor {
    const secret = new Secret({ size: SECRET_BYTES });
    const { kid, sealed } = seal(secret.bytes, this.#belongingOf(userId));
    this.#options.database.transaction(() => {
      if (this.isOn(userId)) throw new DashboardError('conflict', 'The second factor is on.');
      this.#options.database
        .prepare<[UserId, string, Buffer]>(
          'INSERT OR REPLACE INTO second_factors (user_id, kid, sealed) VALUES (?, ?, ?)',
        )
        .run(userId, kid, sealed);
    });
    return { secret: secret.base32, uri: totpOf(secret, name).toString() };
  }

  /** @returns recovery codes, to be shown once @throws DashboardError wrong_proof, conflict when nothing was offered */
  confirm(userId: UserId, code: string): string[] {
    return this.#options.database.transaction(() => {
      const row = this.#row(userId);
      if (row?.confirmed_at_ms !== null) {
        throw new DashboardError('conflict', 'No second factor waits to be confirmed.');
      }
      if (!this.#useStep(userId, code)) {
        throw new DashboardError('wrong_proof', 'That is not the code of the app.');
      }
      this.#options.database
        .prepare<[number, UserId]>(
          'UPDATE second_factors SET confirmed_at_ms = ? WHERE user_id = ?',
        )
        .run(this.#options.clock.nowMs(), userId);
      return this.recoveryCodes.renew(userId);
    });
  }

  /** @returns whether the code is right; neither a code of an app nor a recovery code is right twice */
  use(userId: UserId, code: string): boolean {
    const plain = code.replaceAll(/\s/g, '');
    if (/^\d{6}$/.test(plain)) return this.#useStep(userId, plain);
    return this.recoveryCodes.use(userId, plain);
  }

  /** @throws DashboardError conflict when there is no second factor */
  renewRecoveryCodes(userId: UserId): string[] {
    return this.#options.database.transaction(() => {
      if (!this.isOn(userId)) throw new DashboardError('conflict', 'There is no second factor.');
      return this.recoveryCodes.renew(userId);
    });
  }

  remove(userId: UserId): void {
    this.#options.database.transaction(() => {
      this.#options.database
        .prepare<[UserId]>('DELETE FROM second_factors WHERE user_id = ?')
        .run(userId);
      this.recoveryCodes.remove(userId);
    });
  }

  /** With the newest key, whatever is not. */
  sealAnew(): void {
    const { database, keyring, logger } = this.#options;
    const { kid } = keyring.newest('second-factor');
    const stale = database
      .prepare<[string], Row>('SELECT * FROM second_factors WHERE kid <> ?')
      .all(kid);
    let lost = 0;
    for (const row of stale) {
      const plain = unseal(row, this.#belongingOf(row.user_id));
      if (plain === undefined) lost += 1;
      else this.#keep(row.user_id, seal(plain, this.#belongingOf(row.user_id)));
    }
    if (lost === 0) return;
    const hint = 'put the key of before back behind the newest, or remove those second factors';
    logger.warn({ event: 'second_factors_lost', lost, hint }, 'second factors cannot be read');
  }

  /** In one statement, so that of two that come with the same code one is let in. */
  #useStep(userId: UserId, code: string): boolean {
    const row = this.#row(userId);
    const bytes = row && unseal(row, this.#belongingOf(userId));
    if (bytes === undefined) return false;
    const timestamp = this.#options.clock.nowMs();
    const secret = new Secret({ buffer: Uint8Array.from(bytes).buffer });
    const delta = totpOf(secret, '').validate({ token: code, timestamp, window: WINDOW });
    if (delta === null) return false;
    const step = Math.floor(timestamp / CODE_PERIOD_MS) + delta;
    const { changes } = this.#options.database
      .prepare<[number, UserId, number]>(
        'UPDATE second_factors SET last_step = ? WHERE user_id = ? AND last_step < ?',
      )
      .run(step, userId, step);
    return changes === 1;
  }

  #row(userId: UserId): Row | undefined {
    return this.#options.database
      .prepare<[UserId], Row>('SELECT * FROM second_factors WHERE user_id = ?')
      .get(userId);
  }

  #keep(userId: UserId, { kid, sealed }: Sealed): void {
    this.#options.database
      .prepare<[string, Buffer, UserId]>(
        'UPDATE second_factors SET kid = ?, sealed = ? WHERE user_id = ?',
      )
      .run(kid, sealed, userId);
  }

  #belongingOf(userId: UserId): { keyring: Keyring; purpose: 'second-factor'; of: UserId } {
    return { keyring: this.#options.keyring, purpose: 'second-factor', of: userId };
  }
}

function totpOf(secret: Secret, label: string): TOTP {
  return new TOTP({ ...APP, issuer: ISSUER, label, secret });
}
