/**
 * Workers as this process sees them.
 *
 *   Worker          requests with deadlines, the feed of events, one connection for each viewer
 *   WorkerAddress   where it is and the key that opens it
 *
 * Every connection is opened by open-connection.ts and kept up, where it is to last, by
 * reconnecting.ts.
 */
export type { FeedListener } from './feed.ts';
export type { WorkerAddress } from './open-connection.ts';
export { askedByGateway, type RequestContext, type WorkerCallObserver } from './requests.ts';
export { Worker } from './worker.ts';
