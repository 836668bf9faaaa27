/** Passkeys: one's own, and logging in with one. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { audit } from '../audit/index.ts';
import type { Auth } from '../auth/index.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { LoginCookies } from '../plugins/cookies.ts';
import { browserInWords } from './browser-words.ts';
import { confirmPassword } from './check-password.ts';
import { route } from './endpoint.ts';
import { openLogin } from './open-login.ts';

export interface PasskeyRoutes {
  readonly auth: Auth;
  readonly cookies: LoginCookies;
  readonly metrics: GatewayMetrics;
}

export function passkeyRoutes(
  app: FastifyInstance,
  { auth, cookies, metrics }: PasskeyRoutes,
): void {
  const { users, passkeys } = auth;

  route(app, 'challengePasskey', async ({ request }) => passkeys.challenge(originOf(request)));
  route(app, 'logInWithPasskey', async ({ body, request, reply }) => {
    try {
      const user = users.get(await passkeys.use(body, originOf(request)));
      metrics.logins.inc({ outcome: 'opened' });
      return await openLogin(user, { reply, auth, cookies });
    } catch (error) {
      const isRefused = error instanceof DashboardError && error.code === 'invalid_credentials';
      if (isRefused) {
        metrics.logins.inc({ outcome: 'refused' });
        audit(request, null, { event: 'login_refused', code: error.code });
      }
      throw error;
    }
  });
  route(app, 'proveWithPasskey', async ({ body, viewer, request }) => {
    const whose = await passkeys.use(body, originOf(request)).catch((cause: unknown) => {
      if (cause instanceof DashboardError && cause.code === 'invalid_credentials') return undefined;
      throw cause;
    });
    if (whose !== viewer.userId) {
      throw new DashboardError('wrong_proof', 'That is not a passkey of yours.');
    }
    auth.proofs.give(viewer.loginId);
    audit(request, viewer, { event: 'proof_given' });
  });
  route(app, 'listPasskeys', async ({ viewer }) => ({ passkeys: passkeys.list(viewer.userId) }));
  route(app, 'offerPasskey', async ({ viewer, body, request }) => {
    const { userId: id, name } = viewer;
    await confirmPassword({ name, password: body.password, address: request.ip }, auth);
    return passkeys.offer({ id, name }, originOf(request));
  });
  route(app, 'addPasskey', async ({ viewer, body, request }) => {
    const passkey = await passkeys.add({
      userId: viewer.userId,
      origin: originOf(request),
      label: browserInWords(request.headers['user-agent']),
      given: body,
    });
    audit(request, viewer, { event: 'passkey_added', passkey: passkey.id });
    return passkey;
  });
  route(app, 'removePasskey', async ({ viewer, params, request }) => {
    passkeys.remove(viewer.userId, params.id);
    audit(request, viewer, { event: 'passkey_removed', passkey: params.id });
  });
}

/** It has been found to be one of ours before any of these is called. */
function originOf({ headers }: FastifyRequest): string {
  if (headers.origin !== undefined) return headers.origin;
  throw new DashboardError('foreign_origin', 'Passkeys belong to an origin.');
}
