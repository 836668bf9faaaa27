/**
 * One line a request: method, route, status, duration. The route as it was written, not the address
 * that was asked for: an address may carry what a log must not. The id goes out as x-request-id and
 * is taken over when it comes in, so that one request is found in the log of every program. Strangers
 * who are refused have few lines: refusal-lines.ts.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '@dashboard/protocol/errors';
import type { Clock } from '@dashboard/runtime/clock';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { RefusalLines } from './refusal-lines.ts';

declare module 'fastify' {
  interface FastifyInstance {
    refusalLines: RefusalLines;
  }
  interface FastifyRequest {
    /** It was refused, and is one of the many of which only the number is told. */
    isUntold: boolean;
  }
}

export const REQUEST_ID_HEADER = 'x-request-id';
/** Anything else could forge a line of the log. */
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** For Fastify's genReqId. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[REQUEST_ID_HEADER];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

export interface RequestLogOptions {
  readonly clock: Clock;
}

export const requestLog = fp<RequestLogOptions>(
  async (app, { clock }) => {
    const lines = new RefusalLines(clock, (rest) => app.log.info(rest, 'refused more often'));
    app.decorate('refusalLines', lines);
    app.decorateRequest('isUntold', false);
    app.addHook('onClose', async () => lines.endWindow());
    app.addHook('onRequest', async (request, reply) => {
      void reply.header(REQUEST_ID_HEADER, request.id);
    });
    app.addHook('onResponse', async (request, reply) => {
      if (request.isUntold) return;
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

/**
 * Whoever is logged in is always told of: the rate bounds him, and his login is in the line. What fails
 * before a route is found has neither viewer nor null.
 */
export function isTold(request: FastifyRequest, code: ErrorCode): boolean {
  if (!request.viewer) request.isUntold = !request.server.refusalLines.hasRoomFor(code);
  return !request.isUntold;
}
