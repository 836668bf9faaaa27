/** The people, for owners. */
import type { FastifyPluginAsync } from 'fastify';
import { audit } from '../audit/index.ts';
import { requireGoodPassword, type Auth } from '../auth/index.ts';
import { route } from './endpoint.ts';

export interface UserRoutesOptions {
  readonly auth: Auth;
}

export const userRoutes: FastifyPluginAsync<UserRoutesOptions> = async (app, { auth }) => {
  const { users, logins, passwords } = auth;

  route(app, 'listUsers', async () => ({ users: users.list() }));

  route(app, 'createUser', async ({ body: { name, role, password }, viewer, request }) => {
    requireGoodPassword(password, name);
    const user = users.add({ name, role, passwordHash: await passwords.hash(password) });
    audit(request, viewer, { event: 'person_added', of: user.id, role });
    return user;
  });

  route(app, 'changeUser', async ({ params, body: { role }, viewer, request }) => {
    const user = users.get(params.id);
    if (user.role === role) return user;
    const change = () => users.changeRole(user.id, role);
    const changed = logins.changePerson(user.id, 'role_changed', change);
    audit(request, viewer, { event: 'role_changed', of: user.id, role });
    return changed;
  });

  route(app, 'removeUser', async ({ params, viewer, request }) => {
    logins.changePerson(params.id, 'person_removed', () => users.remove(params.id));
    audit(request, viewer, { event: 'person_removed', of: params.id });
  });
};
