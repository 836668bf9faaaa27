/** The composition root: reads as the architecture. Nothing is open before start(). */
import { randomUUID } from 'node:crypto';
import type { Clock } from '@dashboard/runtime/clock';
import { EventLoopDelay } from '@dashboard/runtime/event-loop-delay';
import { Lifecycle } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { Registry } from 'prom-client';
import { buildApp } from './app.ts';
import { createAuth } from './auth/index.ts';
import type { GatewayConfig } from './config.ts';
import { Entrance } from './entrance.ts';
import { EventHub } from './events/index.ts';
import { HttpServer } from './http-server.ts';
import { measureGateway } from './measuring.ts';
import { createGatewayMetrics, observeWorkerCalls } from './metrics.ts';
import { Operators } from './plugins/operators.ts';
import { RelayTable } from './relay/index.ts';
import { Worker } from './workers/index.ts';

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

  const hub = new EventHub(randomUUID());
  const worker = new Worker(
    { ...config.worker, release: config.release, clock },
    {
      logger,
      observer: observeWorkerCalls(metrics),
      listener: {
        event: (event) => hub.publish(event),
        reset: () => hub.publish({ type: 'reset' }),
        connected: (isConnected) => hub.publish({ type: 'worker', isConnected }),
      },
    },
  );
  const relays = new RelayTable(clock);
  auth.logins.onRevoked(({ loginId, code }) => relays.revoke(loginId, code));

  const delay = new EventLoopDelay();
  const measured = { config, clock, delay, auth, worker, hub, relays };
  const { checks, reporter } = measureGateway(registry, measured);
  const places = () => entrance.places;
  const http = new HttpServer({
    host: config.host,
    port: config.port,
    build: () =>
      buildApp({
        ...{ config, auth, worker, hub, relays, clock, logger, places },
        ...{ metrics, registry, checks, reporter, operators: new Operators(config.metricsToken) },
      }),
    onListening: (port) => entrance.opened(port),
  });

  // Top to bottom on start, bottom to top on stop: nobody is served before there is what to serve,
  // and the setup link is printed when it leads somewhere.
  return new Lifecycle([delay, ...auth.parts, worker, http, relays, auth.setupToken], {
    clock,
    onStopped: (name, tookMs) => logger.debug({ part: name, tookMs }, 'part stopped'),
  });
}
