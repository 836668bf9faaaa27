/**
 * The HTTP server, put together and not yet listening. The order of registration is the order in
 * which a request is looked at: rate, Host and Origin, login and role, schema, handler.
 */
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import { BROWSER_FRAME_BYTES_MAX } from '@dashboard/protocol/limits';
import { SUBPROTOCOL } from '@dashboard/protocol/terminal/subprotocol';
import type { Clock } from '@dashboard/runtime/clock';
import type { Logger } from '@dashboard/runtime/logger';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify';
import type { Registry } from 'prom-client';
import type { WebSocket } from 'ws';
import type { Alerts } from './alerts/index.ts';
import { Refusals, type AuditTrail } from './audit/index.ts';
import type { Auth } from './auth/index.ts';
import type { GatewayConfig } from './config.ts';
import type { EventHub } from './events/index.ts';
import type { HealthCheck, HealthReporter } from './health/index.ts';
import {
  BODY_BYTES_MAX,
  HEADER_BYTES_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_TIMEOUT_MS,
  PARAM_CHARS_MAX,
  REQUEST_TIMEOUT_MS,
} from './limits.ts';
import { observeRelays, type GatewayMetrics } from './metrics.ts';
import { authenticate, findViewer } from './plugins/authenticate.ts';
import { LoginCookies } from './plugins/cookies.ts';
import { errors, sendProblem } from './plugins/errors.ts';
import type { Operators } from './plugins/operators.ts';
import type { Places } from './plugins/places.ts';
import { limitRate } from './plugins/rate-limit.ts';
import { refuseUpgrades } from './plugins/refuse-upgrades.ts';
import { requestIdOf, requestLog } from './plugins/request-log.ts';
import { requestMetrics } from './plugins/request-metrics.ts';
import { sameOrigin } from './plugins/same-origin.ts';
import { securityHeaders } from './plugins/security-headers.ts';
import type { RelayTable } from './relay/index.ts';
import { alertRoutes, webhookRoutes } from './routes/alerts.ts';
import { approvalRoutes } from './routes/approvals.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { eventsRoute } from './routes/events.ts';
import { factorRoutes } from './routes/factors.ts';
import { healthRoutes } from './routes/health.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { loginRoutes } from './routes/logins.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { openApiRoutes } from './routes/openapi.ts';
import { passkeyRoutes } from './routes/passkeys.ts';
import { promptRoutes } from './routes/prompts.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { setupRoutes } from './routes/setup.ts';
import { terminalRoute } from './routes/terminal.ts';
import { userRoutes } from './routes/users.ts';
import { webApp } from './routes/web-app.ts';
import { requestSpans } from './tracing/index.ts';
import type { Worker } from './workers/index.ts';

export interface AppDeps {
  readonly config: Pick<GatewayConfig, 'rateLimit' | 'trustProxy' | 'webRoot' | 'tracing'>;
  readonly auth: Auth;
  readonly trail: AuditTrail;
  readonly alerts: Alerts;
  readonly worker: Worker;
  readonly hub: EventHub;
  readonly relays: RelayTable;
  /** Asked for each request: with PORT=0 the names are known only once we listen. */
  readonly places: () => Places;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GatewayMetrics;
  readonly registry: Registry;
  readonly checks: readonly HealthCheck[];
  readonly reporter: HealthReporter;
  readonly operators: Operators;
}

export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { config, auth, places, metrics, operators } = deps;
  const app = createServer(deps);
  app.decorate('auditTrail', deps.trail);
  const refusals = new Refusals(deps.trail, deps.clock);
  app.addHook('onClose', async () => refusals.close());
  const cookies = new LoginCookies(places, auth.tokens.ttlMs);

  // What every answer carries, refusals included.
  app.addHook('onSend', async (_request, reply) => {
    // A connection that is kept open would be cut in the middle of the next request.
    if (deps.relays.isDraining) reply.header('connection', 'close');
  });
  if (config.tracing !== undefined) await app.register(requestSpans);
  await app.register(errors);
  await app.register(requestLog, { clock: deps.clock });
  await app.register(requestMetrics, { metrics });
  await app.register(securityHeaders, { places });

  // Who is turned away, cheapest first.
  await app.register(limitRate, { limits: config.rateLimit, metrics, clock: deps.clock });
  await app.register(sameOrigin, { places, operators, metrics, refusals });
  await app.register(cookie);
  await app.register(authenticate, { auth, cookies });

  await app.register(async (scope) => operatorScope(scope, deps, cookies));
  await app.register(openApiRoutes);
  await app.register(setupRoutes, { auth, cookies });
  await app.register(authRoutes, { auth, cookies, metrics });
  await app.register(userRoutes, { auth });
  await app.register(async (scope) => {
    loginRoutes(scope, { auth });
    factorRoutes(scope, { auth });
    invitationRoutes(scope, { auth, cookies });
    passkeyRoutes(scope, { auth, cookies, metrics });
    alertRoutes(scope, deps);
    auditRoutes(scope, deps);
    webhookRoutes(scope, deps);
  });
  await app.register(websocket, { options: SOCKET_OPTIONS, errorHandler: onSocketError });
  await app.register(refuseUpgrades);
  await app.register(async (scope) => sessionScope(scope, deps));

  // Last: it answers whatever nobody else does.
  await app.register(webApp, { webRoot: config.webRoot });
  return app;
}

/** No compression: it took an echo from 105 to 568 µs, and 217 KB of memory a socket. */
const SOCKET_OPTIONS = {
  maxPayload: BROWSER_FRAME_BYTES_MAX,
  perMessageDeflate: false,
  handleProtocols: () => SUBPROTOCOL, // never the ticket, which the browser offers beside it
};

/** Whatever a browser sends that is no frame is its own affair, and no reason to wake anybody. */
function onSocketError(error: Error, socket: WebSocket, request: FastifyRequest): void {
  const code = 'code' in error ? error.code : undefined;
  if (code === undefined) request.log.error({ err: error }, 'a socket failed unexpectedly');
  else request.log.info({ code }, `a socket broke: ${error.message}`);
  socket.terminate();
}

/** What no login is needed for, but this machine or the token. */
async function operatorScope(
  scope: FastifyInstance,
  { auth, checks, reporter, operators, registry, worker }: AppDeps,
  cookies: LoginCookies,
): Promise<void> {
  await scope.register(healthRoutes, {
    ...{ checks, reporter, operators },
    isLoggedIn: async (request) => (await findViewer(request, { auth, cookies })) !== null,
  });
  await scope.register(metricsRoutes, { registry, worker, operators });
}

/** What needs the worker. */
function sessionScope(scope: FastifyInstance, deps: AppDeps): void {
  const { auth, worker, hub, relays, clock, metrics } = deps;
  const { tickets, logins } = auth;
  sessionRoutes(scope, { worker, tickets, proofs: auth.proofs });
  approvalRoutes(scope, { worker });
  promptRoutes(scope, { worker });
  terminalRoute(scope, { worker, tickets, relays, clock, observer: observeRelays(metrics) });
  eventsRoute(scope, { hub, logins, clock, isWorkerConnected: () => worker.isConnected });
}

function createServer({ config, logger }: AppDeps): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: requestIdOf,
    trustProxy: config.trustProxy.length > 0 ? [...config.trustProxy] : false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // None for the connection as a whole: terminals and event streams live for days.
    connectionTimeout: 0,
    // What is idle is closed by Node, what is being answered is answered: http-server.ts.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: HEADER_BYTES_MAX },
    routerOptions: { maxParamLength: PARAM_CHARS_MAX },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    // Unknown fields are refused, not dropped; text is not made a number.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  });
  // JSON is all we read: a form of a foreign page can send text/plain without asking first.
  app.removeContentTypeParser('text/plain');
  return app;
}
