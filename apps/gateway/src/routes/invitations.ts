/** Invitations: made and taken back by owners, accepted by whoever holds the token. */
import type { FastifyInstance } from 'fastify';
import { audit } from '../audit/index.ts';
import { requireGoodPassword, type Auth } from '../auth/index.ts';
import type { LoginCookies } from '../plugins/cookies.ts';
import { route } from './endpoint.ts';
import { openLogin } from './open-login.ts';

export interface InvitationRoutes {
  readonly auth: Auth;
  readonly cookies: LoginCookies;
}

export function invitationRoutes(app: FastifyInstance, { auth, cookies }: InvitationRoutes): void {
  const { users, passwords, invitations } = auth;

  route(app, 'listInvitations', async () => ({ invitations: invitations.list() }));
  route(app, 'createInvitation', async ({ body: { role }, viewer, request }) => {
    const created = invitations.create(role);
    audit(request, viewer, { event: 'invitation_made', invitation: created.invitation.id, role });
    return created;
  });
  route(app, 'revokeInvitation', async ({ params, viewer, request }) => {
    invitations.revoke(params.id);
    audit(request, viewer, { event: 'invitation_revoked', invitation: params.id });
  });
  route(app, 'acceptInvitation', async ({ body: { token, name, password }, request, reply }) => {
    const { id: invitation } = invitations.find(token);
    requireGoodPassword(password, name);
    const passwordHash = await passwords.hash(password);
    const user = invitations.accept(token, (role) => users.add({ name, role, passwordHash }));
    const me = await openLogin(user, { reply, auth, cookies });
    const { id: userId, role } = user;
    const viewer = { userId, name, role, loginId: me.loginId };
    audit(request, viewer, { event: 'invitation_accepted', invitation, role });
    return me;
  });
}
