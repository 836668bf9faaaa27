/** Sessions, what they can be started with and where: asked of the worker on behalf of the viewer. */
import { IDEMPOTENCY_HEADER, IdempotencyKey } from '@dashboard/protocol/rest';
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Value } from 'typebox/value';
import type { Tickets } from '../auth/index.ts';
import type { Worker } from '../workers/index.ts';
import { route } from './endpoint.ts';
import { contextOf } from './request-context.ts';

export interface SessionRoutes {
  readonly worker: Worker;
  readonly tickets: Tickets;
}

export function sessionRoutes(app: FastifyInstance, { worker, tickets }: SessionRoutes): void {
  route(app, 'listSessions', async ({ viewer, request }) => {
    return await worker.call('sessions.list', {}, contextOf(viewer, request));
  });
  route(app, 'createSession', async ({ body, viewer, request }) => {
    const idempotencyKey = idempotencyKeyOf(request);
    const params = idempotencyKey === undefined ? {} : { idempotencyKey };
    const context = contextOf(viewer, request);
    return await worker.call('sessions.create', { session: body, ...params }, context);
  });
  route(app, 'getSession', async ({ params, viewer, request }) => {
    return await worker.call('sessions.get', params, contextOf(viewer, request));
  });
  route(app, 'renameSession', async ({ params, body, viewer, request }) => {
    return await worker.call('sessions.rename', { ...params, ...body }, contextOf(viewer, request));
  });
  route(app, 'endSession', async ({ params, viewer, request }) => {
    return await worker.call('sessions.end', params, contextOf(viewer, request));
  });
  route(app, 'resumeSession', async ({ params, viewer, request }) => {
    return await worker.call('sessions.resume', params, contextOf(viewer, request));
  });
  route(app, 'trustSession', async ({ params, viewer, request }) => {
    const session = await worker.call('sessions.trust', params, contextOf(viewer, request));
    const { userId, name: person, loginId } = viewer;
    const what = { event: 'trust_given', session: session.id, directory: session.directory };
    const who = { userId, person, loginId, address: request.ip };
    request.log.info({ ...what, ...who }, 'a person says that a directory is trusted');
    return session;
  });
  route(app, 'removeSession', async ({ params, viewer, request }) => {
    await worker.call('sessions.remove', params, contextOf(viewer, request));
    return undefined;
  });
  route(app, 'createTicket', async ({ params, body, viewer, request }) => {
    // A ticket for a session that does not exist would only fail later, without words.
    await worker.call('sessions.get', params, contextOf(viewer, request));
    return tickets.create({ loginId: viewer.loginId, sessionId: params.id, ...body });
  });
  route(app, 'listConversations', async ({ query, viewer, request }) => {
    return await worker.call('conversations.list', query, contextOf(viewer, request));
  });
  route(app, 'listProfiles', async ({ viewer, request }) => {
    return await worker.call('profiles.list', {}, contextOf(viewer, request));
  });
  route(app, 'listDirectory', async ({ query, viewer, request }) => {
    return await worker.call('directories.list', query, contextOf(viewer, request));
  });
  route(app, 'usage', async ({ query, viewer, request }) => {
    return await worker.call('usage', query, contextOf(viewer, request));
  });
  route(app, 'doctor', async ({ query, viewer, request }) => {
    return await worker.call('doctor', query, contextOf(viewer, request));
  });
}

/** @throws DashboardError invalid_request */
function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers[IDEMPOTENCY_HEADER];
  if (key === undefined || Value.Check(IdempotencyKey, key)) return key;
  throw new DashboardError(
    'invalid_request',
    `${IDEMPOTENCY_HEADER} is 8 to 64 of A-Z a-z 0-9 _ -`,
  );
}
