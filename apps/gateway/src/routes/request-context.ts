/** On whose behalf the worker is asked, and under which name both logs have the request. */
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../auth/index.ts';
import type { RequestContext } from '../workers/index.ts';

export function contextOf({ userId, name, role }: Viewer, request: FastifyRequest): RequestContext {
  return { by: { userId, name, role }, requestId: request.id };
}
