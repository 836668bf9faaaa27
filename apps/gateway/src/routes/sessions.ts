/** Sessions, what they can be started with and where: asked of the worker on behalf of the viewer. */
import { IDEMPOTENCY_HEADER, IdempotencyKey } from '@dashboard/protocol/rest';
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Value } from 'typebox/value';
import { audit } from '../audit/index.ts';
import type { Auth } from '../auth/index.ts';
import type { Worker } from '../workers/index.ts';
import { route } from './endpoint.ts';
import { contextOf } from './request-context.ts';

/** The mode in which an agent asks nobody anything. */
const UNGUARDED = 'bypassPermissions';

export interface SessionRoutes {
  readonly worker: Worker;
  readonly tickets: Auth['tickets'];
  readonly proofs: Auth['proofs'];
}

export function sessionRoutes(app: FastifyInstance, deps: SessionRoutes): void {
  const { worker, tickets, proofs } = deps;
  route(app, 'listSessions', async ({ viewer, request }) => {
    return await worker.call('sessions.list', {}, contextOf(viewer, request));
  });
  route(app, 'createSession', async ({ body, viewer, request }) => {
    if (body.permissionMode === UNGUARDED) proofs.require(viewer.loginId);
    const idempotencyKey = idempotencyKeyOf(request);
    const params = idempotencyKey === undefined ? {} : { idempotencyKey };
    const context = contextOf(viewer, request);
    const created = await worker.call('sessions.create', { session: body, ...params }, context);
    const { id, profile, directory } = created;
    audit(request, viewer, { event: 'session_created', session: id, profile, directory });
    return created;
  });
  route(app, 'getSession', async ({ params, viewer, request }) => {
    return await worker.call('sessions.get', params, contextOf(viewer, request));
  });
  route(app, 'renameSession', async ({ params, body, viewer, request }) => {
    const wish = { ...params, ...body };
    const renamed = await worker.call('sessions.rename', wish, contextOf(viewer, request));
    audit(request, viewer, { event: 'session_renamed', session: params.id });
    return renamed;
  });
  route(app, 'endSession', async ({ params, viewer, request }) => {
    const session = await worker.call('sessions.end', params, contextOf(viewer, request));
    audit(request, viewer, { event: 'session_ended', session: params.id });
    return session;
  });
  route(app, 'resumeSession', async ({ params, viewer, request }) => {
    const session = await worker.call('sessions.resume', params, contextOf(viewer, request));
    audit(request, viewer, { event: 'session_resumed', session: params.id });
    return session;
  });
  route(app, 'trustSession', async ({ params, viewer, request }) => {
    const session = await worker.call('sessions.trust', params, contextOf(viewer, request));
    const { id, directory } = session;
    audit(request, viewer, { event: 'trust_given', session: id, directory });
    return session;
  });
  route(app, 'removeSession', async ({ params, viewer, request }) => {
    await worker.call('sessions.remove', params, contextOf(viewer, request));
    audit(request, viewer, { event: 'session_removed', session: params.id });
    return undefined;
  });
  route(app, 'createTicket', async ({ params, body, viewer, request }) => {
    // A ticket for a session that does not exist would only fail later, without words.
    await worker.call('sessions.get', params, contextOf(viewer, request));
    const made = tickets.create({ loginId: viewer.loginId, sessionId: params.id, ...body });
    const { viewerId, mode } = body;
    audit(request, viewer, { event: 'ticket_made', session: params.id, viewer: viewerId, mode });
    return made;
  });
  machineRoutes(app, worker);
}

/** What sessions can be started with and where, what there was of them, and what their machine lacks. */
function machineRoutes(app: FastifyInstance, worker: Worker): void {
  route(app, 'listConversations', async ({ query, viewer, request }) => {
    return await worker.call('conversations.list', query, contextOf(viewer, request));
  });
  route(app, 'listProfiles', async ({ viewer, request }) => {
    return await worker.call('profiles.list', {}, contextOf(viewer, request));
  });
  route(app, 'listDirectory', async ({ query, viewer, request }) => {
    return await worker.call('directories.list', query, contextOf(viewer, request));
  });
  route(app, 'getRepository', async ({ query, viewer, request }) => {
    return await worker.call('repositories.get', query, contextOf(viewer, request));
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
