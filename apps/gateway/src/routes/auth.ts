/** Logging in, going on, logging out, and who one is. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyPluginAsync } from 'fastify';
import { audit } from '../audit/index.ts';
import type { Auth } from '../auth/index.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { LoginCookies } from '../plugins/cookies.ts';
import { checkPassword } from './check-password.ts';
import { route } from './endpoint.ts';
import { answerWith, openLogin } from './open-login.ts';

export interface AuthRoutesOptions {
  readonly auth: Auth;
  readonly cookies: LoginCookies;
  readonly metrics: GatewayMetrics;
}

export const authRoutes: FastifyPluginAsync<AuthRoutesOptions> = async (
  app,
  { auth, cookies, metrics },
) => {
  const { users, logins } = auth;

  route(app, 'login', async ({ body, request, reply }) => {
    const user = await checkPassword({ ...body, address: request.ip }, auth, metrics).catch(
      (error: unknown) => {
        // Without the name: people type their password there.
        const code = error instanceof DashboardError ? error.code : 'internal';
        audit(request, null, { event: 'login_refused', code });
        throw error;
      },
    );
    return await openLogin(user, { reply, auth, cookies });
  });

  route(app, 'refresh', async ({ request, reply }) => {
    try {
      const token = cookies.read(request, 'refresh');
      if (token === undefined) throw new DashboardError('unauthenticated', 'Nobody is logged in.');
      const opened = logins.refresh(token);
      metrics.refreshes.inc({ outcome: 'exchanged' });
      return await answerWith(opened, { reply, auth, cookies });
    } catch (error) {
      // A disk that is full, for one, ends nobody's login.
      if (error instanceof DashboardError && error.code === 'unauthenticated') {
        metrics.refreshes.inc({ outcome: 'refused' });
        cookies.clear(reply);
      }
      throw error;
    }
  });

  route(app, 'logout', async ({ viewer, request, reply }) => {
    logins.revoke(viewer.loginId, 'logged_out');
    audit(request, viewer, { event: 'logged_out' });
    cookies.clear(reply);
  });

  route(app, 'me', async ({ viewer }) => ({
    user: users.get(viewer.userId),
    loginId: viewer.loginId,
  }));
};
