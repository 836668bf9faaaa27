/** What passkeys are asked to sign: random, once, for a few minutes, and for one person or for a login. */
import { randomBytes } from 'node:crypto';
import type { UserId } from '@dashboard/protocol/ids';
import type { Clock } from '@dashboard/runtime/clock';
import { CHALLENGE_TTL_MS, CHALLENGES_MAX } from '../limits.ts';

const CHALLENGE_BYTES = 32;

/** Whoever logs in is not known yet. */
export type ChallengedFor = UserId | 'login';

interface Entry {
  readonly of: ChallengedFor;
  readonly expiresAtMs: number;
}

export class Challenges {
  readonly #clock: Clock;
  /** Oldest first: all live equally long. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where there are too many the oldest is forgotten: a stranger must not keep everybody out. */
  create(of: ChallengedFor): string {
    const challenge = randomBytes(CHALLENGE_BYTES).toString('base64url');
    const expiresAtMs = this.#clock.monotonicMs() + CHALLENGE_TTL_MS;
    this.#entries.set(challenge, { of, expiresAtMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > CHALLENGES_MAX && oldest !== undefined) this.#entries.delete(oldest);
    return challenge;
  }

  /** Used up by the try. @returns whether it was given out for this, and not too long ago */
  redeem(challenge: string, of: ChallengedFor): boolean {
    const entry = this.#entries.get(challenge);
    this.#entries.delete(challenge);
    return entry?.of === of && entry.expiresAtMs > this.#clock.monotonicMs();
  }
}
