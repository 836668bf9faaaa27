/**
 * For supervisors and load balancers. Live: this process answers. Ready: it can serve, which needs
 * its own parts; a worker that is away is reported and takes nobody out of rotation, since pages,
 * logins and the reconnecting go on without it.
 */
import type { FastifyPluginAsync } from 'fastify';

export interface HealthCheck {
  /** A word; shown to whoever asks, so nothing secret. */
  readonly name: string;
  readonly isOk: () => boolean;
  /** A failure of this one makes the gateway not ready. */
  readonly isRequired: boolean;
}

export interface HealthRoutesOptions {
  readonly checks: readonly HealthCheck[];
}

export const healthRoutes: FastifyPluginAsync<HealthRoutesOptions> = async (app, { checks }) => {
  const config = { access: 'public' } as const;

  app.get('/health/live', { config }, async () => ({ status: 'live' }));

  app.get('/health/ready', { config }, async (_request, reply) => {
    const results = checks.map((check) => ({ ...check, isPassed: check.isOk() }));
    const isReady = results.every(({ isPassed, isRequired }) => isPassed || !isRequired);
    return reply.code(isReady ? 200 : 503).send({
      status: isReady ? 'ready' : 'not ready',
      checks: Object.fromEntries(results.map(({ name, isPassed }) => [name, isPassed])),
    });
  });
};
