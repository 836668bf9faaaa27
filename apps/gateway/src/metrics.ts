/**
 * Every metric the gateway exports. Names are dashboard_gateway_<noun>_<unit>, base units only,
 * `_total` on what only grows. A label is a closed set of words: never an id, a name or an address.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AlertObserver } from './alerts/index.ts';
import { REVOCATION_REASONS } from './auth/index.ts';
import type { RelayObserver } from './relay/index.ts';
import type { WorkerCallObserver } from './workers/index.ts';

/** Asked when somebody collects: what is counted elsewhere is not counted here again. */
export interface MetricSources {
  /** By the name of the check. */
  readonly checks: () => Iterable<{ readonly name: string; readonly isPassed: boolean }>;
  readonly terminals: () => number;
  readonly eventStreams: () => number;
  /** Of the key that signs, since it was made; undefined where that is not known. */
  readonly keyAgeSeconds: () => Promise<number | undefined>;
  readonly backup: () => Promise<BackupMeasured>;
}

export interface BackupMeasured {
  readonly isConfigured: boolean;
  /** Since the moment that the newest whole backup shows; undefined while there is none. */
  readonly ageSeconds: number | undefined;
  /** The last try made one. */
  readonly isOk: boolean;
}

const MS_PER_S = 1000;

/** From a read of a row to a login that waits its turn to be hashed. */
const REQUEST_BUCKETS_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** A key that is echoed within 50 ms is not noticed, one that takes 250 ms is. */
const ECHO_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const metrics = makeMetrics([registry]);
  startAtZero(metrics);
  return metrics;
}

function makeMetrics(registers: Registry[]) {
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
    workerCallSeconds: new Histogram({
      name: 'dashboard_gateway_worker_call_seconds',
      help: 'What was asked of the worker, from the question to its answer or the end of patience.',
      labelNames: ['method', 'outcome'] as const, // rows of METHODS; ok | refused | failed
      buckets: REQUEST_BUCKETS_SECONDS,
      registers,
    }),
    stopSeconds: new Gauge({
      name: 'dashboard_gateway_stop_seconds',
      help: 'How long each part took to stop; there only while the gateway stops.',
      labelNames: ['phase'] as const, // the names of the parts in gateway.ts
      registers,
    }),
    ...createTerminalMetrics(registers),
    ...createAlertMetrics(registers),
  };
}

function createTerminalMetrics(registers: Registry[]) {
  return {
    attachSeconds: new Histogram({
      name: 'dashboard_gateway_attach_seconds',
      help: 'From an accepted terminal socket to the worker that serves it, or the failure.',
      labelNames: ['outcome'] as const, // ok | failed
      buckets: REQUEST_BUCKETS_SECONDS,
      registers,
    }),
    echoSeconds: new Histogram({
      name: 'dashboard_gateway_echo_seconds',
      help: 'From a single key read of a browser to the next output sent to it, within 5 s.',
      buckets: ECHO_BUCKETS_SECONDS,
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

function createAlertMetrics(registers: Registry[]) {
  return {
    occasions: new Counter({
      name: 'dashboard_gateway_alert_occasions_total',
      help: 'What stood long enough to be told, by kind.',
      labelNames: ['kind'] as const, // the keys of ALERT_KINDS
      registers,
    }),
    alerts: new Counter({
      name: 'dashboard_gateway_alerts_total',
      help: 'Occasions for each person, by whether they were told, or why not.',
      labelNames: ['outcome'] as const, // told, or one of SILENCES in alerts/decide.ts
      registers,
    }),
    deliveries: new Counter({
      name: 'dashboard_gateway_alert_deliveries_total',
      help: 'Alerts that left this gateway, by how the last try went. dropped: too many waited.',
      labelNames: ['channel', 'outcome'] as const, // push | webhook | any; delivered | failed | dropped
      registers,
    }),
  };
}

/** Gauges read their sources when they are collected, and nobody sets them. */
export function registerGatewayGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, help: string, read: () => Promise<number> | number): Gauge =>
    new Gauge({
      name: `dashboard_gateway_${name}`,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  new Gauge({
    name: 'dashboard_gateway_check_passed',
    help: '1 for a part of the gateway, or what it needs, that is well.',
    labelNames: ['check'] as const, // database | storage | worker
    registers: [registry],
    collect() {
      for (const { name, isPassed } of sources.checks()) {
        this.set({ check: name }, isPassed ? 1 : 0);
      }
    },
  });
  gauge('terminals', 'Terminal sockets that are open.', sources.terminals);
  gauge('event_streams', 'Event streams that are open: one for each tab.', sources.eventStreams);
  gauge(
    'signing_key_age_seconds',
    'Since the key that signs access tokens was made; NaN where that is not known.',
    async () => (await sources.keyAgeSeconds()) ?? Number.NaN,
  );
  registerBackup(gauge, sources);
}

function registerBackup(
  gauge: (name: string, help: string, read: () => Promise<number>) => Gauge,
  { backup }: MetricSources,
): void {
  gauge('backup_configured', '1 where backups are looked for.', async () =>
    Number((await backup()).isConfigured),
  );
  gauge(
    'backup_age_seconds',
    'Since the moment that the newest whole backup shows; NaN while there is none.',
    async () => (await backup()).ageSeconds ?? Number.NaN,
  );
  gauge('backup_last_ok', '1 when the last try made a whole backup.', async () =>
    Number((await backup()).isOk),
  );
}

/** A series that is not there before its first event shows nobody that event. */
function startAtZero(metrics: GatewayMetrics): void {
  for (const outcome of ['opened', 'refused', 'throttled']) metrics.logins.inc({ outcome }, 0);
  for (const outcome of ['exchanged', 'refused']) metrics.refreshes.inc({ outcome }, 0);
  for (const reason of REVOCATION_REASONS) metrics.revocations.inc({ reason }, 0);
  for (const rule of ['host', 'origin', 'site', 'rate']) metrics.refused.inc({ rule }, 0);
  for (const outcome of ['ok', 'failed'] as const) metrics.attachSeconds.zero({ outcome });
}

/** A lookup for each frame would be on the path of every key: the labels are looked up once. */
export function observeRelays(metrics: GatewayMetrics): RelayObserver {
  const { relayedBytes, relaysClosed, attachSeconds, echoSeconds } = metrics;
  const toBrowser = relayedBytes.labels({ to: 'browser' });
  const toWorker = relayedBytes.labels({ to: 'worker' });
  return {
    toBrowser: (frame) => toBrowser.inc(frame.length),
    toWorker: (frame) => toWorker.inc(frame.length),
    attached: (outcome, tookMs) => attachSeconds.observe({ outcome }, tookMs / MS_PER_S),
    echoed: (tookMs) => echoSeconds.observe(tookMs / MS_PER_S),
    closed: (why) => relaysClosed.inc({ why }),
  };
}

export function observeWorkerCalls({ workerCallSeconds }: GatewayMetrics): WorkerCallObserver {
  return {
    called: (method, { outcome, tookMs }) =>
      workerCallSeconds.observe({ method, outcome }, tookMs / MS_PER_S),
  };
}

export function observeAlerts({ occasions, alerts, deliveries }: GatewayMetrics): AlertObserver {
  return {
    occasion: (kind) => occasions.inc({ kind }),
    told: (outcome) => alerts.inc({ outcome }),
    delivery: (channel, outcome) => deliveries.inc({ channel, outcome }),
    dropped: () => deliveries.inc({ channel: 'any', outcome: 'dropped' }),
  };
}

export type GatewayMetrics = ReturnType<typeof makeMetrics>;
