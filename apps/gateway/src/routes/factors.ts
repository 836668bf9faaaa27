/** The second factor: one's own, and for owners that of somebody who has lost it. */
import { DashboardError } from '@dashboard/protocol/errors';
import { PASSWORD_CHARS_MIN } from '@dashboard/protocol/limits';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { audit } from '../audit/index.ts';
import type { Auth, Viewer } from '../auth/index.ts';
import { confirmPassword } from './check-password.ts';
import { route } from './endpoint.ts';

export function factorRoutes(app: FastifyInstance, { auth }: { auth: Auth }): void {
  const { users, logins, factors } = auth;
  /** A cookie alone must not be enough: whoever has a copy could lock its owner out. */
  const confirm = async (viewer: Viewer, password: string, request: FastifyRequest) =>
    await confirmPassword({ name: viewer.name, password, address: request.ip }, auth);

  route(app, 'security', async ({ viewer: { userId } }) => ({
    hasSecondFactor: factors.isOn(userId),
    recoveryCodesLeft: factors.recoveryCodes.left(userId),
  }));
  route(app, 'offerFactor', async ({ viewer, body, request }) => {
    await confirm(viewer, body.password, request);
    return factors.offer(viewer.userId, viewer.name);
  });
  route(app, 'confirmFactor', async ({ viewer, body, request }) => {
    const recoveryCodes = factors.confirm(viewer.userId, body.code);
    audit(request, viewer, { event: 'second_factor_on' });
    return { recoveryCodes };
  });
  route(app, 'renewRecoveryCodes', async ({ viewer, body, request }) => {
    await confirm(viewer, body.password, request);
    const recoveryCodes = factors.renewRecoveryCodes(viewer.userId);
    audit(request, viewer, { event: 'recovery_codes_renewed' });
    return { recoveryCodes };
  });
  route(app, 'turnFactorOff', async ({ viewer, body, request }) => {
    await confirm(viewer, body.password, request);
    if (users.hasShortPassword(viewer.userId)) {
      const rule = `has fewer than ${PASSWORD_CHARS_MIN} characters: change it first`;
      throw new DashboardError('invalid_request', `your password ${rule}`);
    }
    factors.remove(viewer.userId);
    audit(request, viewer, { event: 'second_factor_off' });
  });
  route(app, 'removeFactor', async ({ params, viewer, request }) => {
    const user = users.get(params.id);
    factors.remove(user.id);
    auth.passkeys.removeAll(user.id);
    logins.revokeOthers(user.id, undefined, 'ended');
    audit(request, viewer, { event: 'second_factor_removed', of: user.id });
  });
}
