/**
 * What survives a worker, in SQLite.
 *
 *   SessionStore  the port SessionRecords of session/, as a part that opens and closes
 *   PromptStore   the prompts that wait for agents, in the same database
 */
export { SessionStore, type SessionStoreOptions } from './session-store.ts';
export { PromptStore } from './prompt-store.ts';
