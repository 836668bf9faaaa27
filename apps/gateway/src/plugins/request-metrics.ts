/** Counts requests and measures how long they take, by route and status. */
import fp from 'fastify-plugin';
import type { GatewayMetrics } from '../metrics.ts';

const SECOND_MS = 1_000;

export interface RequestMetricsOptions {
  readonly metrics: GatewayMetrics;
}

export const requestMetrics = fp<RequestMetricsOptions>(
  async (app, { metrics }) => {
    app.addHook('onResponse', async (request, reply) => {
      const labels = {
        // One series for all addresses that no route knows, however many somebody tries.
        route: request.is404 ? 'none' : (request.routeOptions.url ?? 'none'),
        method: request.is404 ? 'ANY' : request.method,
        status: `${Math.floor(reply.statusCode / 100)}xx`,
      };
      metrics.requestSeconds.observe(labels, reply.elapsedTime / SECOND_MS);
    });
  },
  { name: 'request-metrics', fastify: '5.x' },
);
