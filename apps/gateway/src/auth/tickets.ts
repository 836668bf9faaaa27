/**
 * Tickets for terminal sockets. A cookie alone opens none: a page has to ask for a ticket by POST
 * first, which no foreign page can, and each opens one socket, of one login, to one session, once.
 */
import { createHash, randomBytes } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import type { LoginId, SessionId, ViewerId } from '@dashboard/protocol/ids';
import type { TerminalMode } from '@dashboard/protocol/terminal/subprotocol';
import type { Clock } from '@dashboard/runtime/clock';
import { TICKET_TTL_MS, TICKETS_MAX, TICKETS_PER_LOGIN_MAX } from '../limits.ts';

const TICKET_BYTES = 32;

export interface TicketGrant {
  readonly loginId: LoginId;
  readonly sessionId: SessionId;
  readonly viewerId: ViewerId;
  readonly mode: TerminalMode;
}

interface Entry extends TicketGrant {
  readonly expiresAtMs: number;
}

export class Tickets {
  readonly #clock: Clock;
  /** By hash, oldest first: all live equally long, so the first are the first to run out. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws DashboardError rate_limited when too many have not been used */
  create(grant: TicketGrant): { ticket: string; expiresInMs: number } {
    this.#forgetExpired();
    const { loginId, sessionId, viewerId, mode } = grant;
    if (this.#entries.size >= TICKETS_MAX || this.#countOf(loginId) >= TICKETS_PER_LOGIN_MAX) {
      throw new DashboardError('rate_limited', 'Too many tickets wait to be used.', {
        retryAfterMs: TICKET_TTL_MS,
      });
    }
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    const expiresAtMs = this.#clock.monotonicMs() + TICKET_TTL_MS;
    this.#entries.set(hashOf(ticket), { loginId, sessionId, viewerId, mode, expiresAtMs });
    return { ticket, expiresInMs: TICKET_TTL_MS };
  }

  /**
   * Used up by the try, also by one of another login or for another session.
   * @throws DashboardError invalid_ticket
   */
  redeem(
    ticket: string,
    by: Pick<TicketGrant, 'loginId' | 'sessionId'>,
  ): Pick<TicketGrant, 'viewerId' | 'mode'> {
    const hash = hashOf(ticket);
    const entry = this.#entries.get(hash);
    this.#entries.delete(hash);
    if (
      entry === undefined ||
      entry.expiresAtMs <= this.#clock.monotonicMs() ||
      entry.loginId !== by.loginId ||
      entry.sessionId !== by.sessionId
    ) {
      throw new DashboardError('invalid_ticket', 'This ticket is not valid (any more).');
    }
    return { viewerId: entry.viewerId, mode: entry.mode };
  }

  #countOf(loginId: LoginId): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.loginId === loginId) count++;
    return count;
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [hash, { expiresAtMs }] of this.#entries) {
      if (expiresAtMs > nowMs) return;
      this.#entries.delete(hash);
    }
  }
}

/** Looking up a hash gives away nothing about how close a guess was. */
function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64');
}
