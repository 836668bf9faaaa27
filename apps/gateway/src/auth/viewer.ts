/** Who asks: what a valid login says of a person at the moment of one request. */
import type { LoginId, UserId } from '@dashboard/protocol/ids';
import type { Role } from '@dashboard/protocol/roles';

export interface Viewer {
  readonly userId: UserId;
  readonly name: string;
  /** Read from the database for this request; a socket that lives longer listens for revocations. */
  readonly role: Role;
  readonly loginId: LoginId;
}
