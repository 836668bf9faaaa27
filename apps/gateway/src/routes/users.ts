/** The people, for owners. */
import type { FastifyPluginAsync } from 'fastify';
import { requireGoodPassword, type Auth } from '../auth/index.ts';
import { route } from './endpoint.ts';

export interface UserRoutesOptions {
  readonly auth: Auth;
}

export const userRoutes: FastifyPluginAsync<UserRoutesOptions> = async (app, { auth }) => {
  const { users, logins, passwords } = auth;

  route(app, 'listUsers', async () => ({ users: users.list() }));

  route(app, 'createUser', async ({ body: { name, role, password } }) => {
    requireGoodPassword(password, name);
    return users.add({ name, role, passwordHash: await passwords.hash(password) });
  });

  route(app, 'changeUser', async ({ params, body: { role } }) => {
    const user = users.get(params.id);
    if (user.role === role) return user;
    return logins.changePerson(user.id, 'role_changed', () => users.changeRole(user.id, role));
  });

  route(app, 'removeUser', async ({ params }) => {
    logins.changePerson(params.id, 'person_removed', () => users.remove(params.id));
  });
};
