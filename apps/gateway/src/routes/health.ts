/**
 * For supervisors, load balancers and whoever looks after the dashboard. Live: this process answers.
 * Ready: it can serve, which needs its own parts; a worker that is away is reported and takes nobody
 * out of rotation. The whole report is for operators and for people who are logged in.
 */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { HealthCheck, HealthReporter } from '../health/index.ts';
import { isReady } from '../health/index.ts';
import type { Operators } from '../plugins/operators.ts';

export interface HealthRoutesOptions {
  readonly checks: readonly HealthCheck[];
  readonly reporter: HealthReporter;
  readonly operators: Operators;
  /** Whether somebody is logged in with this request. */
  readonly isLoggedIn: (request: FastifyRequest) => Promise<boolean>;
}

export const healthRoutes: FastifyPluginAsync<HealthRoutesOptions> = async (app, options) => {
  const { checks, reporter, operators, isLoggedIn } = options;
  const config = { access: 'public', isForOperators: true } as const;

  app.get('/health/live', { config }, async () => ({ status: 'live' }));

  app.get('/health/ready', { config }, async (_request, reply) => {
    const isFine = isReady(checks);
    return reply.code(isFine ? 200 : 503).send({
      status: isFine ? 'ready' : 'not ready',
      checks: Object.fromEntries(checks.map(({ name, isOk }) => [name, isOk()])),
    });
  });

  app.get('/health', { config }, async (request, reply) => {
    const mayKnow = operators.has(request) || (await isLoggedIn(request));
    const report = mayKnow ? await reporter.read() : { status: reporter.status };
    return reply.code(report.status === 'failed' ? 503 : 200).send(report);
  });
};
