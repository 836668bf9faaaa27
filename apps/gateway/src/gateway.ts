/** The composition root: reads as the architecture. Nothing is open before start(). */
import { randomUUID } from 'node:crypto';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import { EventLoopDelay } from '@dashboard/runtime/event-loop-delay';
import { Lifecycle } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { Registry } from 'prom-client';
import { Alerts } from './alerts/index.ts';
import { buildApp } from './app.ts';
import { AuditTrail } from './audit/index.ts';
import { createAuth, type Auth } from './auth/index.ts';
import type { GatewayConfig } from './config.ts';
import { Entrance } from './entrance.ts';
import { EventHub } from './events/index.ts';
import { HttpServer } from './http-server.ts';
import { measureGateway } from './measuring.ts';
import { createGatewayMetrics, observeAlerts, observeWorkerCalls } from './metrics.ts';
import { Operators } from './plugins/operators.ts';
import { RelayTable } from './relay/index.ts';
import { Tracing } from './tracing/index.ts';
import { askedByGateway, Worker, type FeedListener } from './workers/index.ts';

const MS_PER_S = 1000;

export interface GatewayDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry?: Registry;
}

export function createGateway(config: GatewayConfig, deps: GatewayDeps): Lifecycle {
  const { clock, logger, registry = new Registry() } = deps;
  const metrics = createGatewayMetrics(registry);
  const entrance = new Entrance(config, logger);

  const auth = createAuth({
    ...{ config, clock, logger },
    announceSetup: (token) => entrance.announceSetup(token),
  });
  auth.logins.onRevoked(({ reason }) => metrics.revocations.inc({ reason }));

  const trail = keepTrail(config, auth, deps);

  const hub = new EventHub(randomUUID());
  const alerts = new Alerts({
    ...{ database: auth.database, clock, logger, observer: observeAlerts(metrics) },
    config: { ...config.alerts, databasePath: config.databasePath },
    toPages: (alert, to) => hub.publish({ type: 'alert', alert }, to),
    pageUrl: () => entrance.places.url,
  });
  auth.logins.onRevoked(({ loginId, code }) => alerts.revoked(loginId, code));
  const listener = listenWith({ hub, alerts }, async () => {
    return (await worker.call('sessions.list', {}, askedByGateway('observer', 'alerts'))).sessions;
  });
  const address = { ...config.worker, release: config.release, clock };
  const worker: Worker = new Worker(address, {
    ...{ logger, listener, observer: observeWorkerCalls(metrics) },
  });
  const relays = new RelayTable(clock, config.drainMs);
  auth.logins.onRevoked(({ loginId, code }) => relays.revoke(loginId, code));

  const delay = new EventLoopDelay();
  const measured = { config, clock, delay, auth, worker, hub, relays };
  const { checks, reporter } = measureGateway(registry, measured);
  const places = () => entrance.places;
  const http = new HttpServer({
    host: config.host,
    port: config.port,
    clock,
    build: () =>
      buildApp({
        ...{ config, auth, trail, alerts, worker, hub, relays, clock, logger, places },
        ...{ metrics, registry, checks, reporter, operators: new Operators(config.metricsToken) },
      }),
    onListening: (port) => entrance.opened(port),
  });

  // Top to bottom on start, bottom to top on stop: nobody is served before there is what to serve,
  // and the setup link is printed when it leads somewhere. What only looks after things stops first,
  // then viewers move while requests are answered, and the database is closed when nobody writes.
  const tracing = new Tracing(config.tracing, { ...config, clock, logger });
  const served = [alerts, worker, http, relays, auth.setupToken];
  return new Lifecycle([delay, tracing, auth.database, trail, ...served, ...auth.watchers], {
    clock,
    onStopped: (phase, tookMs) => metrics.stopSeconds.set({ phase }, tookMs / MS_PER_S),
  });
}

function keepTrail(config: GatewayConfig, auth: Auth, { clock, logger }: GatewayDeps): AuditTrail {
  const { keyring, logins } = auth;
  const trail = new AuditTrail({ path: config.databasePath, keyring, clock, logger });
  logins.onRevoked(({ loginId, reason }) => {
    trail.add({ event: 'login_revoked', loginId, reason });
  });
  return trail;
}

/** The pages and the alerts hear what the worker tells. @param list all sessions, as they are now */
function listenWith(
  { hub, alerts }: { hub: EventHub; alerts: Alerts },
  list: () => Promise<readonly SessionSummary[]>,
): FeedListener {
  return {
    event: (event) => {
      hub.publish(event);
      alerts.event(event);
    },
    reset: () => {
      hub.publish({ type: 'reset' });
      void alerts.catchUp(list);
    },
    connected: (isConnected) => hub.publish({ type: 'worker', isConnected }),
  };
}
