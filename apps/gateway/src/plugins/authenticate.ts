/**
 * Puts `request.viewer` on every request and ends those that may not go on. One hook for HTTP and
 * for upgrades, on the whole server: a route that does not say who may call it is not registered.
 */
import type {} from '@fastify/cookie';
import { DashboardError } from '@dashboard/protocol/errors';
import { invariant } from '@dashboard/protocol/invariant';
import { requireRole } from '@dashboard/protocol/roles';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Auth, Viewer } from '../auth/index.ts';
import type { LoginCookies } from './cookies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null only where the route is public. */
    viewer: Viewer | null;
  }
}

export interface AuthenticateOptions {
  readonly auth: Pick<Auth, 'logins' | 'proofs' | 'tokens'>;
  readonly cookies: LoginCookies;
}

/** The token says which login, the row of that login whether and who. */
export async function findViewer(
  request: FastifyRequest,
  { auth, cookies }: AuthenticateOptions,
): Promise<Viewer | null> {
  const token = cookies.read(request, 'access');
  const loginId = token === undefined ? undefined : await auth.tokens.read(token);
  return loginId === undefined ? null : auth.logins.find(loginId);
}

export const authenticate = fp<AuthenticateOptions>(
  async (app, { auth, cookies }) => {
    app.decorateRequest('viewer', null);

    app.addHook('onRoute', ({ config, method, url }) => {
      invariant(
        config?.access !== undefined,
        `${String(method)} ${url} does not say who may call it`,
      );
    });

    app.addHook('onRequest', async (request) => {
      const { access, needsProof } = request.routeOptions.config;
      if (request.is404 || access === 'public') return;
      invariant(access !== undefined, 'a route would be open to everybody');
      request.viewer = await whoAsks(request);
      requireRole(request.viewer.role, access);
      if (needsProof === true) auth.proofs.require(request.viewer.loginId);
    });

    async function whoAsks(request: FastifyRequest): Promise<Viewer> {
      const viewer = await findViewer(request, { auth, cookies });
      if (viewer === null) throw new DashboardError('unauthenticated', 'Nobody is logged in here.');
      return viewer;
    }
  },
  { name: 'authenticate', fastify: '5.x', dependencies: ['@fastify/cookie'] },
);
