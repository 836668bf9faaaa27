/** Serves the description of the API, which is made from the table that the routes are made from. */
import { openApiDocument } from '@dashboard/protocol/openapi';
import type { FastifyPluginAsync } from 'fastify';

export const OPENAPI_PATH = '/api/openapi.json';

export const openApiRoutes: FastifyPluginAsync = async (app) => {
  const json = JSON.stringify(openApiDocument(), undefined, 2);

  // Public: it says nothing that the source does not, and programs read it before they log in.
  app.get(OPENAPI_PATH, { config: { access: 'public' } }, async (_request, reply) =>
    reply.type('application/json').send(json),
  );
};
