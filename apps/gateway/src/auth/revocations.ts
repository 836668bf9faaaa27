/** Why a login lost something, and what its sockets and streams are closed with. */
import type { ErrorCode } from '@dashboard/protocol/errors';
import type { LoginId, UserId } from '@dashboard/protocol/ids';

/** The code says how to close what it holds. */
export const REVOCATIONS = {
  logged_out: 'unauthenticated',
  expired: 'unauthenticated',
  /** By the person or by an owner, from a list of logins. */
  ended: 'unauthenticated',
  /** Another browser of the person set another. */
  password_changed: 'unauthenticated',
  /** A used refresh token came again: two have it. */
  token_reused: 'unauthenticated',
  /** The person logged in from too many browsers. */
  displaced: 'unauthenticated',
  person_removed: 'unauthenticated',
  /** By another gateway that has the same database, for whatever reason. */
  elsewhere: 'unauthenticated',
  /** The login goes on with another role. */
  role_changed: 'forbidden',
} as const satisfies Record<string, ErrorCode>;

export type RevocationReason = keyof typeof REVOCATIONS;

/** For whoever counts them. */
export const REVOCATION_REASONS = Object.keys(REVOCATIONS) as readonly RevocationReason[];

export interface Revocation {
  readonly loginId: LoginId;
  readonly userId: UserId;
  readonly reason: RevocationReason;
  /** What sockets and streams of this login are closed with. */
  readonly code: 'unauthenticated' | 'forbidden';
}
