/**
 * Who may come in: people, passwords, logins and what browsers carry for them.
 *
 *   createAuth  all of it, put together
 *   Users       the people; the last owner stays
 *   Logins      what a cookie stands for; decides on every request, tells of revocations
 *   Tokens      signed access tokens, which name a login and nothing else
 *   Tickets     single-use, for terminal sockets
 *   Throttle    slows guessing down
 *   SetupToken  makes the first owner
 *   rotateKeys  for the command line: another key signs, nobody is logged out
 *
 * Nothing in this folder knows HTTP.
 */
export { networkOf } from './address.ts';
export type { AuthDatabase } from './auth-database.ts';
export { createAuth, type Auth } from './auth.ts';
export { madeAtMs, rotateKeys } from './key-rotation.ts';
export { Keyring, type SigningKey } from './keyring.ts';
export { isStorageFailure, type LoginPlace, type Logins, type OpenedLogin } from './logins.ts';
export { parseMasterKeys, type MasterKey } from './master-keys.ts';
export { requireGoodPassword } from './passwords.ts';
export { REVOCATION_REASONS, type Revocation, type RevocationReason } from './revocations.ts';
export type { LoginAttempt } from './throttle.ts';
export type { Tickets, TicketGrant } from './tickets.ts';
export type { Viewer } from './viewer.ts';
