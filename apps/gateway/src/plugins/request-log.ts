/**
 * One line a request: method, route, status, duration. The route as it was written, not the address
 * that was asked for: an address may carry what a log must not. The id goes out as x-request-id and
 * is taken over when it comes in, so that one request is found in the log of every program.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import fp from 'fastify-plugin';

export const REQUEST_ID_HEADER = 'x-request-id';
/** Anything else could forge a line of the log. */
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** For Fastify's genReqId. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

export const requestLog = fp(
  async (app) => {
    app.addHook('onRequest', async (request, reply) => {
      void reply.header(REQUEST_ID_HEADER, request.id);
    });
    app.addHook('onResponse', async (request, reply) => {
      const line = {
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        tookMs: Math.round(reply.elapsedTime),
        address: request.ip,
        loginId: request.viewer?.loginId,
      };
      request.log.info(line, 'request');
    });
  },
  { name: 'request-log', fastify: '5.x' },
);
