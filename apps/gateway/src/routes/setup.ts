/** Makes the first owner, for whoever holds the token that the server printed. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { User } from '@dashboard/protocol/people';
import type { FastifyPluginAsync } from 'fastify';
import { audit } from '../audit/index.ts';
import { requireGoodPassword, type Auth } from '../auth/index.ts';
import type { LoginCookies } from '../plugins/cookies.ts';
import { route } from './endpoint.ts';
import { openLogin } from './open-login.ts';

export interface SetupRoutesOptions {
  readonly auth: Auth;
  readonly cookies: LoginCookies;
}

export const setupRoutes: FastifyPluginAsync<SetupRoutesOptions> = async (
  app,
  { auth, cookies },
) => {
  const { users, passwords, setupToken } = auth;

  route(app, 'setupState', async () => ({ isNeeded: users.count === 0 }));

  route(app, 'setup', async ({ body, request, reply }) => {
    if (users.count > 0) throw new DashboardError('setup_done', 'The first owner exists.');
    requireGoodPassword(body.password, body.name);
    setupToken.redeem(body.token);
    const owner = await addOwner(body.name, body.password);
    audit(request, null, { event: 'first_owner_added', of: owner.id });
    return await openLogin(owner, { reply, auth, cookies });
  });

  /** The token is spent by now: whatever fails must not leave the operator without one. */
  async function addOwner(name: string, password: string): Promise<User> {
    try {
      return users.addFirstOwner({ name, passwordHash: await passwords.hash(password) });
    } catch (error) {
      setupToken.renew();
      throw error;
    }
  }
};
