/**
 * Every metric the gateway exports. Names are dashboard_gateway_<noun>_<unit>, base units only,
 * `_total` on what only grows. A label is a closed set of words: never an id, a name or an address.
 */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { RelayObserver } from './relay/index.ts';

/** From a read of a row to a login that waits its turn to be hashed. */
const REQUEST_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function createGatewayMetrics(registry: Registry) {
  const registers = [registry];
  return {
    requestSeconds: new Histogram({
      name: 'dashboard_gateway_request_seconds',
      help: 'From the head of a request to the last byte of its answer. Upgrades are not in it.',
      labelNames: ['route', 'method', 'status'] as const, // status: 2xx | 3xx | 4xx | 5xx
      buckets: REQUEST_BUCKETS_SECONDS,
      registers,
    }),
    logins: new Counter({
      name: 'dashboard_gateway_logins_total',
      help: 'Tries to log in, by how they ended.',
      labelNames: ['outcome'] as const, // opened | refused | throttled
      registers,
    }),
    refreshes: new Counter({
      name: 'dashboard_gateway_refreshes_total',
      help: 'Refresh tokens that were presented, by how that ended.',
      labelNames: ['outcome'] as const, // exchanged | refused
      registers,
    }),
    revocations: new Counter({
      name: 'dashboard_gateway_revocations_total',
      help: 'Logins that ended or changed, by reason. token_reused means that two had one token.',
      labelNames: ['reason'] as const, // the keys of REVOCATIONS in auth/logins.ts
      registers,
    }),
    refused: new Counter({
      name: 'dashboard_gateway_refused_total',
      help: 'Requests and upgrades refused before a login was looked at, by rule.',
      labelNames: ['rule'] as const, // host | origin | site | rate
      registers,
    }),
    relayedBytes: new Counter({
      name: 'dashboard_gateway_relayed_bytes_total',
      help: 'Frames of terminals, by where they went.',
      labelNames: ['to'] as const, // browser | worker
      registers,
    }),
    relaysClosed: new Counter({
      name: 'dashboard_gateway_relays_closed_total',
      help: 'Terminal sockets that ended, by why.',
      labelNames: ['why'] as const, // browser, or a code of the error table
      registers,
    }),
  };
}

/** A lookup for each frame would be on the path of every key: the labels are looked up once. */
export function observeRelays({ relayedBytes, relaysClosed }: GatewayMetrics): RelayObserver {
  const toBrowser = relayedBytes.labels({ to: 'browser' });
  const toWorker = relayedBytes.labels({ to: 'worker' });
  return {
    toBrowser: (bytes) => toBrowser.inc(bytes),
    toWorker: (bytes) => toWorker.inc(bytes),
    closed: (why) => relaysClosed.inc({ why }),
  };
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;
