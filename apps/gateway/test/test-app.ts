/** The gateway's server for a test: real SQLite, real hashes, a clock that is moved by hand. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EventLoopDelay } from '@dashboard/runtime/event-loop-delay';
import { createLogger } from '@dashboard/runtime/logger';
import { atTestEnd, type AtEnd } from '@dashboard/testkit/at-end';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { buildApp, type AppDeps } from '../src/app.ts';
import { Alerts } from '../src/alerts/index.ts';
import { AuditTrail } from '../src/audit/index.ts';
import { createAuth, type Auth } from '../src/auth/index.ts';
import { EventHub } from '../src/events/index.ts';
import { measureGateway } from '../src/measuring.ts';
import { createGatewayMetrics, observeAlerts, observeWorkerCalls } from '../src/metrics.ts';
import { Operators } from '../src/plugins/operators.ts';
import { placesOf, type Places } from '../src/plugins/places.ts';
import { RelayTable } from '../src/relay/index.ts';
import { Worker } from '../src/workers/index.ts';
import { TestBrowser } from './test-browser.ts';

export const HOST = 'localhost:3000';
export const ORIGIN = `http://${HOST}`;
export const PASSWORD = 'Seven tidy otters whistle';

export interface TestAppOptions {
  readonly config?: Partial<AppDeps['config']>;
  readonly places?: Places;
  readonly metricsToken?: string;
  /** Where alerts may be sent although it is this machine. */
  readonly privateOrigins?: readonly string[];
  /** Adds routes before the server is ready. */
  readonly extend?: (app: FastifyInstance, auth: Auth) => Promise<void> | void;
  /** For a server that several tests share; otherwise it ends with its test. */
  readonly atEnd?: AtEnd;
}

export interface TestApp {
  readonly app: FastifyInstance;
  readonly auth: Auth;
  readonly trail: AuditTrail;
  readonly databasePath: string;
  readonly alerts: Alerts;
  readonly hub: EventHub;
  readonly clock: ManualClock;
  /** Every setup token that was printed. */
  readonly setupTokens: readonly string[];
  /** Every line that was logged. */
  readonly log: readonly string[];
  readonly browser: (from?: { host?: string; address?: string }) => TestBrowser;
  /** Makes the first owner and stays logged in. */
  readonly owner: (name?: string) => Promise<TestBrowser>;
}

export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { atEnd = atTestEnd } = options;
  const directory = await temporaryDirectory(atEnd);
  const clock = new ManualClock();
  const log: string[] = [];
  const setupTokens: string[] = [];
  const logger = createLogger({
    service: 'gateway',
    release: 'test',
    environment: 'test',
    level: 'debug',
    destination: { write: (line) => void log.push(line) },
  });
  const config = {
    rateLimit: { windowMs: 60_000, requestsMax: 10_000 },
    trustProxy: [],
    webRoot: join(directory, 'web'),
    tracing: undefined,
    ...options.config,
  };
  const registry = new Registry();
  const metrics = createGatewayMetrics(registry);
  const auth = createAuth({
    config: {
      databasePath: join(directory, 'gateway.db'),
      jwt: { keys: [{ kid: 'one', bytes: randomBytes(32) }], file: undefined, ttlMs: 3_600_000 },
    },
    clock,
    logger,
    announceSetup: (token) => setupTokens.push(token),
  });
  const worker = withoutWorker(join(directory, 'worker.sock'), { clock, logger, metrics });
  const databasePath = join(directory, 'gateway.db');
  const observed = {
    ...{ metrics, registry, operators: new Operators(options.metricsToken) },
    ...measureGateway(registry, {
      config: { release: 'test', databasePath, backupDirectory: undefined },
      ...{ clock, delay: new EventLoopDelay(), auth, ...worker },
    }),
  };
  const places = options.places ?? placesOf(LOOPBACK, 3000);
  const alerts = new Alerts({
    ...{ database: auth.database, clock, logger, observer: observeAlerts(metrics) },
    config: {
      ...{ databasePath, contact: undefined, privateOrigins: options.privateOrigins ?? [] },
    },
    toPages: (alert, to) => worker.hub.publish({ type: 'alert', alert }, to),
    pageUrl: () => places.url,
  });
  const trail = new AuditTrail({ path: databasePath, keyring: auth.keyring, clock, logger });
  auth.logins.onRevoked(({ loginId, code }) => alerts.revoked(loginId, code));
  const app = await buildApp({
    ...{ config, auth, trail, alerts, clock, logger, places: () => places },
    ...worker,
    ...observed,
  });
  await options.extend?.(app, auth);
  const parts = [auth.database, trail, ...auth.watchers, alerts, auth.setupToken];
  for (const part of parts) await part.start();
  atEnd(async () => {
    await app.close();
    for (const part of parts.toReversed()) await part.stop();
  });
  const browser = (from: { host?: string; address?: string } = {}) =>
    new TestBrowser(app, { host: HOST, address: '192.0.2.1', ...from });
  return {
    ...{
      app,
      auth,
      trail,
      databasePath,
      alerts,
      hub: worker.hub,
      clock,
      setupTokens,
      log,
      browser,
    },
    owner: async (name = 'olivia') => {
      const owner = browser();
      const body = { token: setupTokens.at(-1), name, password: PASSWORD };
      await owner.expect(201, 'POST', '/api/setup', body);
      return owner;
    },
  };
}

/** A worker that nobody has started: what asks for it is told so. */
function withoutWorker(
  socketPath: string,
  { clock, logger, metrics }: Pick<AppDeps, 'clock' | 'logger' | 'metrics'>,
): Pick<AppDeps, 'worker' | 'hub' | 'relays'> {
  const ignore = (): void => undefined;
  const listener = { event: ignore, reset: ignore, connected: ignore };
  const address = { socketPath, key: randomBytes(32), release: 'test', clock };
  return {
    worker: new Worker(address, { logger, listener, observer: observeWorkerCalls(metrics) }),
    hub: new EventHub('test'),
    relays: new RelayTable(clock, 0),
  };
}

const LOOPBACK = { host: '127.0.0.1', allowedHosts: undefined, allowedOrigins: undefined };
