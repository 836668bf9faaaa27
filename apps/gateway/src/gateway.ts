/** The composition root: reads as the architecture. Nothing is open before start(). */
import { randomUUID } from 'node:crypto';
import type { Clock } from '@dashboard/runtime/clock';
import { Lifecycle } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import { Registry } from 'prom-client';
import { buildApp } from './app.ts';
import { createAuth } from './auth/index.ts';
import type { GatewayConfig } from './config.ts';
import { EventHub } from './events/index.ts';
import { HttpServer } from './http-server.ts';
import { createGatewayMetrics } from './metrics.ts';
import { isLoopback, placesOf } from './plugins/places.ts';
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
  let places = placesOf(config, config.port);

  const auth = createAuth({
    config,
    clock,
    logger,
    announceSetup(token) {
      const url = `${places.url}/setup#token=${token}`;
      logger.info(
        { event: 'setup', url },
        'nobody can log in yet: open this link within 15 minutes',
      );
    },
  });
  auth.logins.onRevoked(({ reason }) => metrics.revocations.inc({ reason }));

  const hub = new EventHub(randomUUID());
  const worker = new Worker(
    { ...config.worker, release: config.release, clock },
    {
      logger,
      listener: {
        event: (event) => hub.publish(event),
        reset: () => hub.publish({ type: 'reset' }),
        connected: (isConnected) => hub.publish({ type: 'worker', isConnected }),
      },
    },
  );
  const relays = new RelayTable(clock);
  auth.logins.onRevoked(({ loginId, code }) => relays.revoke(loginId, code));

  const http = new HttpServer({
    host: config.host,
    port: config.port,
    build: () =>
      buildApp({
        config,
        auth,
        worker,
        hub,
        relays,
        clock,
        logger,
        metrics,
        places: () => places,
        checks: [{ name: 'database', isOk: () => auth.database.isOpen, isRequired: true }],
      }),
    onListening(port) {
      places = placesOf(config, port);
      logger.info({ event: 'listening', url: places.url }, `listening on ${config.host}:${port}`);
      warnOfPlainHttp();
    },
  });

  // Top to bottom on start, bottom to top on stop: nobody is served before there is what to serve,
  // and the setup link is printed when it leads somewhere.
  return new Lifecycle([...auth.parts, worker, http, relays, auth.setupToken], {
    clock,
    onStopped: (name, tookMs) => logger.debug({ part: name, tookMs }, 'part stopped'),
  });

  /** Cookies are Secure beyond this machine, so that nobody can log in there over plain http. */
  function warnOfPlainHttp(): void {
    const hasTls = [...places.origins].some((origin) => origin.startsWith('https://'));
    if (hasTls || isLoopback(config.host)) return;
    logger.warn(
      { hint: 'put a proxy with TLS in front and set ALLOWED_HOSTS and ALLOWED_ORIGINS' },
      `browsers cannot log in over plain http at ${config.host}`,
    );
  }
}
