/**
 * Passkeys: keys that an authenticator keeps and lends after it has verified the person, by a finger or a
 * PIN. That is two factors, so a passkey alone logs in; it is bound to the origin and cannot be phished.
 */
import { randomUUID } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import { parsePasskeyId, type PasskeyId, type UserId } from '@dashboard/protocol/ids';
import type {
  AddPasskey,
  GivenPasskey,
  Passkey,
  PasskeyChallenge,
  PasskeyOffer,
} from '@dashboard/protocol/passkeys';
import type { Clock } from '@dashboard/runtime/clock';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { CHALLENGE_TTL_MS, PASSKEYS_PER_USER_MAX } from '../limits.ts';
import type { AuthDatabase } from './auth-database.ts';
import { Challenges } from './challenges.ts';

/** EdDSA, ES256, RS256: what authenticators have. */
const ALGORITHMS = [-8, -7, -257] as const;
const NAME = 'Claude Code Dashboard';
const PUBLIC_KEY = 'public-key';

interface Row {
  readonly id: PasskeyId;
  readonly user_id: UserId;
  readonly credential_id: string;
  readonly public_key: Buffer;
  readonly counter: number;
  readonly label: string;
  readonly created_at_ms: number;
  readonly last_used_at_ms: number | null;
}

export interface NewPasskey {
  readonly userId: UserId;
  /** One of the dashboard's own, exactly. */
  readonly origin: string;
  readonly label: string;
  readonly given: AddPasskey;
}

export class Passkeys {
  readonly #database: AuthDatabase;
  readonly #clock: Clock;
  readonly #challenges: Challenges;

  constructor(database: AuthDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#challenges = new Challenges(clock);
  }

  /** Oldest first. */
  list(userId: UserId): Passkey[] {
    return this.#rowsOf(userId).map(toPasskey);
  }

  offer(user: { readonly id: UserId; readonly name: string }, origin: string): PasskeyOffer {
    return {
      challenge: this.#challenges.create(user.id),
      rp: { id: new URL(origin).hostname, name: NAME },
      user: { id: Buffer.from(user.id).toString('base64url'), name: user.name, displayName: '' },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: PUBLIC_KEY, alg })),
      timeout: CHALLENGE_TTL_MS,
      excludeCredentials: this.#rowsOf(user.id).map((row) => ({
        id: row.credential_id,
        type: PUBLIC_KEY,
      })),
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
      },
      attestation: 'none',
    };
  }

  /** @throws DashboardError wrong_proof, conflict when there are too many or it is known */
  async add({ userId, origin, label, given }: NewPasskey): Promise<Passkey> {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: given,
      expectedChallenge: (challenge) => this.#challenges.redeem(challenge, userId),
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...ALGORITHMS],
    }).catch((cause: unknown) => {
      throw new DashboardError('wrong_proof', 'This passkey was not made for here.', { cause });
    });
    if (!verified) throw new DashboardError('wrong_proof', 'This passkey was not made for here.');
    const { id, publicKey, counter } = registrationInfo.credential;
    return this.#insert({
      id: parsePasskeyId(randomUUID()),
      ...{ user_id: userId, credential_id: id, public_key: Buffer.from(publicKey), counter, label },
      created_at_ms: this.#clock.nowMs(),
      last_used_at_ms: null,
    });
  }

  challenge(origin: string): PasskeyChallenge {
    const rpId = new URL(origin).hostname;
    const challenge = this.#challenges.create('login');
    return { challenge, rpId, timeout: CHALLENGE_TTL_MS, userVerification: 'required' };
  }

  /** @returns whose it is @throws DashboardError invalid_credentials */
  async use(given: GivenPasskey, origin: string): Promise<UserId> {
    const row = this.#database
      .prepare<[string], Row>('SELECT * FROM passkeys WHERE credential_id = ?')
      .get(given.id);
    if (row === undefined) throw refused();
    const publicKey = Uint8Array.from(row.public_key);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: given,
      expectedChallenge: (challenge) => this.#challenges.redeem(challenge, 'login'),
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      requireUserVerification: true,
      credential: { id: row.credential_id, publicKey, counter: row.counter },
    }).catch((cause: unknown) => {
      throw refused(cause);
    });
    if (!verified) throw refused();
    // A passkey that was removed in the meantime changes nothing, and lets nobody in.
    const { changes } = this.#database
      .prepare<[number, number, PasskeyId]>(
        'UPDATE passkeys SET counter = ?, last_used_at_ms = ? WHERE id = ?',
      )
      .run(authenticationInfo.newCounter, this.#clock.nowMs(), row.id);
    if (changes === 0) throw refused();
    return row.user_id;
  }

  /** @throws DashboardError not_found, also for those of others */
  remove(userId: UserId, id: PasskeyId): void {
    const { changes } = this.#database
      .prepare<[PasskeyId, UserId]>('DELETE FROM passkeys WHERE id = ? AND user_id = ?')
      .run(id, userId);
    if (changes === 0) throw new DashboardError('not_found', 'There is no such passkey.');
  }

  removeAll(userId: UserId): void {
    this.#database.prepare<[UserId]>('DELETE FROM passkeys WHERE user_id = ?').run(userId);
  }

  #insert(row: Row): Passkey {
    return this.#database.transaction(() => {
      const known = this.#database
        .prepare<[string]>('SELECT 1 FROM passkeys WHERE credential_id = ?')
        .get(row.credential_id);
      if (known !== undefined) throw new DashboardError('conflict', 'This passkey is known.');
      if (this.#rowsOf(row.user_id).length >= PASSKEYS_PER_USER_MAX) {
        throw new DashboardError('conflict', `You have ${PASSKEYS_PER_USER_MAX} passkeys.`);
      }
      this.#database
        .prepare<[PasskeyId, UserId, string, Buffer, number, string, number]>(
          `INSERT INTO passkeys
             (id, user_id, credential_id, public_key, counter, label, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...([row.id, row.user_id, row.credential_id, row.public_key] as const),
          ...([row.counter, row.label, row.created_at_ms] as const),
        );
      return toPasskey(row);
    });
  }

  #rowsOf(userId: UserId): Row[] {
    const sql = 'SELECT * FROM passkeys WHERE user_id = ? ORDER BY created_at_ms, rowid';
    return this.#database.prepare<[UserId], Row>(sql).all(userId);
  }
}

function toPasskey(row: Row): Passkey {
  const { id, label, created_at_ms: createdAtMs, last_used_at_ms: lastUsedAtMs } = row;
  return { id, label, createdAtMs, lastUsedAtMs };
}

function refused(cause?: unknown): DashboardError {
  return new DashboardError('invalid_credentials', 'This passkey opens nothing here.', { cause });
}
