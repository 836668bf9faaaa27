/**
 * Bounds how much one address may ask in a window. Counted for every request, upgrades and unknown
 * addresses included, hence one hook for all instead of the plugin's own, which it puts on routes.
 */
import rateLimit from '@fastify/rate-limit';
import { DashboardError } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import fp from 'fastify-plugin';
import { networkOf } from '../auth/index.ts';
import type { GatewayConfig } from '../config.ts';
import type { GatewayMetrics } from '../metrics.ts';
import { RequestCounts } from './request-counts.ts';

export interface RateLimitOptions {
  readonly limits: GatewayConfig['rateLimit'];
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
}

export const limitRate = fp<RateLimitOptions>(
  async (app, { limits, metrics, clock }) => {
    await app.register(rateLimit, {
      global: false,
      max: limits.requestsMax,
      timeWindow: limits.windowMs,
      store: class extends RequestCounts {
        constructor() {
          super(clock);
        }
      },
      keyGenerator: (request) => networkOf(request.ip),
    });
    const count = app.createRateLimit();
    app.addHook('onRequest', async (request) => {
      const counted = await count(request);
      if (counted.isAllowed || !counted.isExceeded) return;
      metrics.refused.inc({ rule: 'rate' });
      throw new DashboardError('rate_limited', 'Too many requests from this address.', {
        retryAfterMs: counted.ttl,
      });
    });
  },
  { name: 'limit-rate', fastify: '5.x' },
);
