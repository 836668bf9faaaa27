/** Where people are logged in, and the password of one's own. */
import { DashboardError } from '@dashboard/protocol/errors';
import { hasRole } from '@dashboard/protocol/roles';
import type { FastifyInstance } from 'fastify';
import { requireGoodPassword, type Auth } from '../auth/index.ts';
import { audit } from './audit.ts';
import { confirmPassword } from './check-password.ts';
import { route } from './endpoint.ts';

export function loginRoutes(app: FastifyInstance, { auth }: { auth: Auth }): void {
  const { users, logins, passwords } = auth;

  route(app, 'listLogins', async ({ viewer }) => ({
    logins: logins.list(viewer.userId, viewer.loginId),
  }));
  route(app, 'userLogins', async ({ params, viewer }) => ({
    logins: logins.list(users.get(params.id).id, viewer.loginId),
  }));
  route(app, 'endLogin', async ({ params, viewer, request }) => {
    const whose = logins.ownerOf(params.id);
    const isTheirs = whose === viewer.userId || hasRole(viewer.role, 'owner');
    // What is somebody else's is as unknown as what never was.
    if (whose === undefined || !isTheirs) {
      throw new DashboardError('not_found', 'There is no such login.');
    }
    logins.revoke(params.id, 'ended');
    audit(request, viewer, { event: 'login_ended', login: params.id, of: whose });
  });
  route(app, 'endOtherLogins', async ({ viewer, request }) => {
    logins.revokeOthers(viewer.userId, viewer.loginId, 'ended');
    audit(request, viewer, { event: 'other_logins_ended' });
  });
  route(app, 'changePassword', async ({ body, viewer, request }) => {
    const { userId, name, loginId } = viewer;
    requireGoodPassword(body.next, name);
    await confirmPassword({ name, password: body.current, address: request.ip }, auth);
    users.changePassword(userId, await passwords.hash(body.next));
    if (body.keepsOthers !== true) logins.revokeOthers(userId, loginId, 'password_changed');
    audit(request, viewer, { event: 'password_changed', keepsOthers: body.keepsOthers === true });
  });
}
