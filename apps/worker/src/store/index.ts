/**
 * What survives a worker, in SQLite.
 *
 *   SessionStore  the port SessionRecords of session/, as a part that opens and closes
 */
export { SessionStore, type SessionStoreOptions } from './session-store.ts';
