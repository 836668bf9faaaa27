/**
 * The word that makes the first owner. It is printed where only the operator reads, works once and
 * for 15 minutes; while nobody exists, a new one follows. So nobody becomes owner by being first.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import type { Part } from '@dashboard/runtime/lifecycle';
import { SETUP_TOKEN_TTL_MS } from '../limits.ts';

const TOKEN_BYTES = 32;

export interface SetupTokenOptions {
  readonly clock: Clock;
  /** Whether the first owner is still to be made. */
  readonly isNeeded: () => boolean;
  /** Prints it; the only place where it is ever readable. */
  readonly announce: (token: string) => void;
}

export class SetupToken implements Part {
  readonly name = 'setup token';
  readonly #options: SetupTokenOptions;
  /** SHA-256 of the token that works now. */
  #hash: Buffer | undefined;
  #cancelExpiry: (() => void) | undefined;

  constructor(options: SetupTokenOptions) {
    this.#options = options;
  }

  /** Start it last: what it prints must lead somewhere. */
  async start(): Promise<void> {
    this.#issueIfNeeded();
  }

  async stop(): Promise<void> {
    this.#withdraw();
  }

  /**
   * Takes the token away in the same turn, so that of two requests with it one succeeds.
   * @throws DashboardError invalid_setup_token
   */
  redeem(token: string): void {
    if (this.#hash === undefined || !timingSafeEqual(this.#hash, hashOf(token))) {
      throw new DashboardError('invalid_setup_token', 'This setup link is not valid (any more).');
    }
    this.#withdraw();
  }

  /** After a redeemed token led to nothing, the operator gets another. */
  renew(): void {
    this.#issueIfNeeded();
  }

  #issueIfNeeded(): void {
    this.#withdraw();
    const { clock, isNeeded, announce } = this.#options;
    if (!isNeeded()) return;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    this.#hash = hashOf(token);
    this.#cancelExpiry = clock.after(SETUP_TOKEN_TTL_MS, () => this.#issueIfNeeded());
    announce(token);
  }

  #withdraw(): void {
    this.#cancelExpiry?.();
    this.#cancelExpiry = undefined;
    this.#hash = undefined;
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
