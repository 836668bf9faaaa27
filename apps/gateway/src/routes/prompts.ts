/** What agents are to do next, and files for them: asked of the worker, and audited with where they came from. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import type { Worker } from '../workers/index.ts';
import { route, type Call } from './endpoint.ts';
import { contextOf } from './request-context.ts';

type Changing = 'queuePrompt' | 'changePrompt' | 'withdrawPrompt' | 'uploadFile';

export function promptRoutes(app: FastifyInstance, { worker }: { worker: Worker }): void {
  route(app, 'listPrompts', async ({ params, viewer, request }) => {
    return await worker.call('prompts.list', params, contextOf(viewer, request));
  });
  route(app, 'queuePrompt', async (call) => {
    const { params, body: prompt, viewer, request } = call;
    const asked = { session: params.id, prompt };
    const queued = await worker.call('prompts.queue', asked, contextOf(viewer, request));
    audit(call, { event: 'prompt_queued', prompt: queued.id });
    return queued;
  });
  route(app, 'changePrompt', async (call) => {
    const { params, body: change, viewer, request } = call;
    const asked = { session: params.id, id: params.prompt, change };
    const changed = await worker.call('prompts.change', asked, contextOf(viewer, request));
    audit(call, { event: 'prompt_changed', prompt: changed.id, what: change.what });
    return changed;
  });
  route(app, 'withdrawPrompt', async (call) => {
    const { params, viewer, request } = call;
    const asked = { session: params.id, id: params.prompt };
    await worker.call('prompts.withdraw', asked, contextOf(viewer, request));
    audit(call, { event: 'prompt_withdrawn', prompt: params.prompt });
    return undefined;
  });
  void app.register(async (scope) => uploadRoute(scope, worker));
}

function uploadRoute(app: FastifyInstance, worker: Worker): void {
  // As it comes: the worker counts it, and nothing of it is kept here.
  app.addContentTypeParser(
    'application/octet-stream',
    async (_request: unknown, payload: unknown) => {
      await Promise.resolve();
      return payload;
    },
  );
  route(app, 'uploadFile', async (call) => {
    const { params, query, viewer, request } = call;
    const body: unknown = request.body;
    if (!(body instanceof Readable)) {
      throw new DashboardError('unsupported_media', 'a file is sent as application/octet-stream');
    }
    const purpose = { session: params.id, name: query.name, ...contextOf(viewer, request) };
    const uploaded = await worker.upload(purpose, body);
    audit(call, { event: 'file_uploaded', bytes: uploaded.bytes });
    return uploaded;
  });
}

function audit(
  { viewer, params, request }: Pick<Call<Changing>, 'viewer' | 'params' | 'request'>,
  line: { readonly event: string; readonly [field: string]: unknown },
): void {
  const { userId, name: person, loginId } = viewer;
  const who = { userId, person, loginId, address: request.ip };
  request.log.info({ ...line, session: params.id, ...who }, 'a person asks something of an agent');
}
