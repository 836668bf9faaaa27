/** What agents are to do next, and files for them: asked of the worker, and audited with where they came from. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { audit } from '../audit/index.ts';
import type { Worker } from '../workers/index.ts';
import { route } from './endpoint.ts';
import { contextOf } from './request-context.ts';

export function promptRoutes(app: FastifyInstance, { worker }: { worker: Worker }): void {
  route(app, 'listPrompts', async ({ params, viewer, request }) => {
    return await worker.call('prompts.list', params, contextOf(viewer, request));
  });
  route(app, 'queuePrompt', async ({ params, body: prompt, viewer, request }) => {
    const asked = { session: params.id, prompt };
    const queued = await worker.call('prompts.queue', asked, contextOf(viewer, request));
    audit(request, viewer, { event: 'prompt_queued', session: params.id, prompt: queued.id });
    return queued;
  });
  route(app, 'changePrompt', async ({ params, body: change, viewer, request }) => {
    const asked = { session: params.id, id: params.prompt, change };
    const changed = await worker.call('prompts.change', asked, contextOf(viewer, request));
    audit(request, viewer, {
      ...{ event: 'prompt_changed', session: params.id },
      ...{ prompt: changed.id, what: change.what },
    });
    return changed;
  });
  route(app, 'withdrawPrompt', async ({ params, viewer, request }) => {
    const asked = { session: params.id, id: params.prompt };
    await worker.call('prompts.withdraw', asked, contextOf(viewer, request));
    audit(request, viewer, {
      event: 'prompt_withdrawn',
      session: params.id,
      prompt: params.prompt,
    });
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
  route(app, 'uploadFile', async ({ params, query, viewer, request }) => {
    const body: unknown = request.body;
    if (!(body instanceof Readable)) {
      throw new DashboardError('unsupported_media', 'a file is sent as application/octet-stream');
    }
    const purpose = { session: params.id, name: query.name, ...contextOf(viewer, request) };
    const uploaded = await worker.upload(purpose, body);
    audit(request, viewer, { event: 'file_uploaded', session: params.id, bytes: uploaded.bytes });
    return uploaded;
  });
}
