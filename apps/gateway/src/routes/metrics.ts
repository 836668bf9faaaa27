/**
 * What both processes measure, in the text format of Prometheus. The worker faces no network, so its
 * own is fetched over its socket, under an address of its own: a worker that is away is a target that
 * is down, and the gateway's own figures come all the same.
 */
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import type { Operators } from '../plugins/operators.ts';
import { askedByGateway, type Worker } from '../workers/index.ts';

export interface MetricsRoutesOptions {
  readonly registry: Registry;
  readonly worker: Worker;
  readonly operators: Operators;
}

export const metricsRoutes: FastifyPluginAsync<MetricsRoutesOptions> = async (
  app,
  { registry, worker, operators },
) => {
  const config = { access: 'public', isForOperators: true } as const;
  const preHandler = async (request: FastifyRequest): Promise<void> => {
    if (operators.has(request)) return;
    throw new DashboardError(
      'unauthenticated',
      'Metrics are for this machine and for holders of the metrics token.',
    );
  };

  app.get('/metrics', { config, preHandler }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );

  app.get('/metrics/worker', { config, preHandler }, async (request, reply) => {
    const { text } = await worker.call('metrics', {}, askedByGateway('observer', request.id));
    return reply.type(registry.contentType).send(text);
  });
};
