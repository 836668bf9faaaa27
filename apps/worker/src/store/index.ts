/**
 * What survives a worker, in SQLite.
 *
 *   SessionStore  the port SessionRecords of session/, as a part that opens and closes
 *   PromptStore   the prompts that wait for agents, in the same database
 *   UsageStore    the port UsageRecords of usage/, there too
 */
export { SessionStore, type SessionStoreOptions } from './session-store.ts';
export { PromptStore } from './prompt-store.ts';
export { UsageStore, type Storage } from './usage-store.ts';
