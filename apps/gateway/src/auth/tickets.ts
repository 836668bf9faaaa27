/**
 * Tickets for terminal sockets. A cookie alone opens none: a page has to ask for a ticket by POST
 * first, which no foreign page can, and each opens one socket, of one login, to one session, once.
 * What it is for stands in it, sealed, so that a page may take it from one gateway and use it at the
 * one that replaces it. Where two serve at once each of them takes it once.
 */
import { createHash } from 'node:crypto';
import { DashboardError } from '@dashboard/protocol/errors';
import {
  parseLoginId,
  parseSessionId,
  parseViewerId,
  type LoginId,
  type SessionId,
  type ViewerId,
} from '@dashboard/protocol/ids';
import type { TerminalMode } from '@dashboard/protocol/terminal/subprotocol';
import type { Clock } from '@dashboard/runtime/clock';
import { TICKET_TTL_MS, TICKETS_MAX, TICKETS_PER_LOGIN_MAX } from '../limits.ts';
import type { Keyring } from './keyring.ts';
import { seal, unseal } from './sealed.ts';

export interface TicketGrant {
  readonly loginId: LoginId;
  readonly sessionId: SessionId;
  readonly viewerId: ViewerId;
  readonly mode: TerminalMode;
}

interface Entry {
  readonly loginId: LoginId;
  /** Monotonic: of a ticket that was made here, no clock that is set decides. */
  readonly expiresAtMs: number;
  readonly isUsed: boolean;
}

const SEALED_AS = { purpose: 'ticket', of: 'terminal' } as const;

export class Tickets {
  readonly #clock: Clock;
  readonly #keyring: Keyring;
  /** Made or used here, by hash, oldest first: all live equally long, so the first run out first. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, keyring: Keyring) {
    this.#clock = clock;
    this.#keyring = keyring;
  }

  /** @throws DashboardError rate_limited when too many have not been used */
  create(grant: TicketGrant): { ticket: string; expiresInMs: number } {
    this.#forgetExpired();
    this.#requireRoom();
    if (this.#unusedOf(grant.loginId) >= TICKETS_PER_LOGIN_MAX) throw tooMany();
    const text = textOf(grant, this.#clock.nowMs() + TICKET_TTL_MS);
    const { sealed } = seal(Buffer.from(text), { keyring: this.#keyring, ...SEALED_AS });
    const ticket = sealed.toString('base64url');
    this.#keep(hashOf(ticket), { loginId: grant.loginId, isUsed: false });
    return { ticket, expiresInMs: TICKET_TTL_MS };
  }

  /**
   * Used up by the try, also by one of another login or for another session.
   * @throws DashboardError invalid_ticket; rate_limited when too many are in use
   */
  redeem(
    ticket: string,
    by: Pick<TicketGrant, 'loginId' | 'sessionId'>,
  ): Pick<TicketGrant, 'viewerId' | 'mode'> {
    this.#forgetExpired();
    const grant = this.#open(ticket);
    if (grant === undefined) throw invalid();
    const hash = hashOf(ticket);
    const known = this.#entries.get(hash);
    if (known?.isUsed === true) throw invalid();
    if (known === undefined) {
      const leftMs = grant.expiresAtMs - this.#clock.nowMs();
      if (leftMs <= 0 || leftMs > TICKET_TTL_MS) throw invalid();
      this.#requireRoom();
    }
    this.#entries.delete(hash);
    this.#keep(hash, { loginId: grant.loginId, isUsed: true });
    if (grant.loginId !== by.loginId || grant.sessionId !== by.sessionId) throw invalid();
    return { viewerId: grant.viewerId, mode: grant.mode };
  }

  /** The keys are few, and which one it was says nothing that is worth a byte. */
  #open(ticket: string): (TicketGrant & { expiresAtMs: number }) | undefined {
    const sealed = Buffer.from(ticket, 'base64url');
    if (sealed.toString('base64url') !== ticket) return undefined; // another spelling of a used one
    for (const kid of this.#keyring.kids) {
      const text = unseal({ kid, sealed }, { keyring: this.#keyring, ...SEALED_AS });
      if (text !== undefined) return grantOf(text.toString());
    }
    return undefined;
  }

  #keep(hash: string, entry: Omit<Entry, 'expiresAtMs'>): void {
    const expiresAtMs = this.#clock.monotonicMs() + TICKET_TTL_MS;
    this.#entries.set(hash, { ...entry, expiresAtMs });
  }

  #unusedOf(loginId: LoginId): number {
    let count = 0;
    for (const entry of this.#entries.values()) {
      if (entry.loginId === loginId && !entry.isUsed) count++;
    }
    return count;
  }

  #requireRoom(): void {
    if (this.#entries.size >= TICKETS_MAX) throw tooMany();
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [hash, { expiresAtMs }] of this.#entries) {
      if (expiresAtMs > nowMs) return;
      this.#entries.delete(hash);
    }
  }
}

function textOf(grant: TicketGrant, expiresAtMs: number): string {
  return [expiresAtMs, grant.mode, grant.loginId, grant.viewerId, grant.sessionId].join(' ');
}

/** Sealed by us, so it is whole; of another release it may be something else. */
function grantOf(text: string): (TicketGrant & { expiresAtMs: number }) | undefined {
  const [expires = '', mode, loginId = '', viewerId = '', sessionId = ''] = text.split(' ');
  if (mode !== 'control' && mode !== 'view') return undefined;
  return {
    expiresAtMs: Number(expires),
    mode,
    loginId: parseLoginId(loginId),
    viewerId: parseViewerId(viewerId),
    sessionId: parseSessionId(sessionId),
  };
}

function invalid(): DashboardError {
  return new DashboardError('invalid_ticket', 'This ticket is not valid (any more).');
}

function tooMany(): DashboardError {
  return new DashboardError('rate_limited', 'Too many tickets wait to be used.', {
    retryAfterMs: TICKET_TTL_MS,
  });
}

/** Short, and worth nothing to whoever reads our memory. */
function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64');
}
