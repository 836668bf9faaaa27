/**
 * Access tokens: a signed statement that a browser was given one login, for an hour. They say
 * nothing of the person or the role: the row of the login does, on every request.
 */
import { parseLoginId, type LoginId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import { errors, jwtVerify, SignJWT } from 'jose';
import { CLOCK_SKEW_SECONDS } from '../limits.ts';
import type { Keyring } from './keyring.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'claude-code-dashboard';
const AUDIENCE = 'gateway';
/** RFC 9068's idea: a token of another kind is not taken for this one. */
const TYPE = 'dashboard-access+jwt';
const PURPOSE = 'access-token';

export interface TokensOptions {
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly ttlMs: number;
}

export class Tokens {
  readonly #options: TokensOptions;

  constructor(options: TokensOptions) {
    this.#options = options;
  }

  async issue(loginId: LoginId): Promise<string> {
    const { keyring, clock, ttlMs } = this.#options;
    const { kid, key } = keyring.newest(PURPOSE);
    const nowSeconds = Math.floor(clock.nowMs() / 1_000);
    return await new SignJWT()
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(loginId)
      .setIssuedAt(nowSeconds)
      .setNotBefore(nowSeconds)
      .setExpirationTime(nowSeconds + Math.floor(ttlMs / 1_000))
      .sign(key);
  }

  /** @returns undefined for whatever is not a valid token of ours, without saying why */
  async read(token: string): Promise<LoginId | undefined> {
    const { keyring, clock, ttlMs } = this.#options;
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const key = kid === undefined ? undefined : keyring.find(PURPOSE, kid);
          if (key === undefined) throw new errors.JWKSNoMatchingKey();
          return key;
        },
        {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          typ: TYPE,
          requiredClaims: ['sub', 'iat', 'nbf', 'exp'],
          currentDate: new Date(clock.nowMs()),
          clockTolerance: CLOCK_SKEW_SECONDS,
          // Bounds `exp` as well, should a key have been used to sign a longer life.
          maxTokenAge: ttlMs / 1_000,
        },
      );
      return payload.sub === undefined ? undefined : parseLoginId(payload.sub);
    } catch {
      return undefined;
    }
  }

  get ttlMs(): number {
    return this.#options.ttlMs;
  }
}
