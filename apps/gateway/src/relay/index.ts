/**
 * The relay between browsers and the worker's attachments.
 *
 *   Relay        one browser socket and one worker connection, with backpressure both ways
 *   RelayTable   all of them: bounds, revocation, drain
 *
 * What a role may send is in permissions.ts, every number in limits.ts.
 */
export { Relay, type RelayObserver } from './relay.ts';
export { RelayTable, type RelayHolder } from './relay-table.ts';
