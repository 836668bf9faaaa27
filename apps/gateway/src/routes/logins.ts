/** Where people are logged in, and the password of one's own. */
import { DashboardError } from '@dashboard/protocol/errors';
import { PASSWORD_CHARS_MIN } from '@dashboard/protocol/limits';
import { hasRole } from '@dashboard/protocol/roles';
import type { FastifyInstance } from 'fastify';
import { audit } from '../audit/index.ts';
import { requireGoodPassword, type Auth } from '../auth/index.ts';
import { confirmPassword } from './check-password.ts';
import { route } from './endpoint.ts';

export function loginRoutes(app: FastifyInstance, { auth }: { auth: Auth }): void {
  const { users, logins, passwords, factors } = auth;

  route(app, 'listLogins', async ({ viewer }) => ({
    logins: logins.list(viewer.userId, viewer.loginId),
    hasSecondFactor: factors.isOn(viewer.userId),
  }));
  route(app, 'userLogins', async ({ params, viewer }) => ({
    logins: logins.list(users.get(params.id).id, viewer.loginId),
    hasSecondFactor: factors.isOn(params.id),
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
  route(app, 'prove', async ({ body, viewer, request }) => {
    await confirmPassword({ ...body, name: viewer.name, address: request.ip }, auth);
    auth.proofs.give(viewer.loginId);
    audit(request, viewer, { event: 'proof_given' });
  });
  route(app, 'changePassword', async ({ body, viewer, request }) => {
    const { userId, name, loginId } = viewer;
    const isShort = body.next.length < PASSWORD_CHARS_MIN;
    if (isShort && !factors.isOn(userId)) throw tooShort();
    requireGoodPassword(body.next, name);
    await confirmPassword({ name, password: body.current, address: request.ip }, auth);
    users.changePassword(userId, await passwords.hash(body.next), isShort);
    if (body.keepsOthers !== true) logins.revokeOthers(userId, loginId, 'password_changed');
    audit(request, viewer, { event: 'password_changed', keepsOthers: body.keepsOthers === true });
  });
}

function tooShort(): DashboardError {
  const rule = `must have ${PASSWORD_CHARS_MIN} characters without a second factor`;
  return new DashboardError('invalid_request', `body/next ${rule}`);
}
