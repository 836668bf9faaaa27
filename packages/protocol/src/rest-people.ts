/** The rows of the REST table that are about people: everybody, for owners; and one's own logins and password. */
import { Type } from 'typebox';
import { LoginIdSchema, UserIdSchema } from './ids.ts';
import { ChangePassword, ChangeUser, CreateUser, LoginList, User } from './people.ts';
import type { Endpoint } from './rest.ts';

const UserParams = Type.Object({ id: UserIdSchema }, { additionalProperties: false });
const LoginParams = Type.Object({ id: LoginIdSchema }, { additionalProperties: false });

export const PEOPLE_REST = {
  listUsers: {
    method: 'GET',
    path: '/api/users',
    summary: 'Everybody who may log in',
    access: 'owner',
    status: 200,
    reply: Type.Object({ users: Type.Array(User) }, { additionalProperties: false }),
  },
  createUser: {
    method: 'POST',
    path: '/api/users',
    summary: 'Let another person log in',
    access: 'owner',
    body: CreateUser,
    status: 201,
    reply: User,
  },
  changeUser: {
    method: 'PATCH',
    path: '/api/users/:id',
    summary: 'Give a person another role; sockets that need more close',
    access: 'owner',
    params: UserParams,
    body: ChangeUser,
    status: 200,
    reply: User,
  },
  removeUser: {
    method: 'DELETE',
    path: '/api/users/:id',
    summary: 'Remove a person and end all logins',
    access: 'owner',
    params: UserParams,
    status: 204,
  },
  userLogins: {
    method: 'GET',
    path: '/api/users/:id/logins',
    summary: 'Where a person is logged in, seen last first',
    access: 'owner',
    params: UserParams,
    status: 200,
    reply: LoginList,
  },
  listLogins: {
    method: 'GET',
    path: '/api/logins',
    summary: 'Where one is logged in oneself, seen last first',
    access: 'observer',
    status: 200,
    reply: LoginList,
  },
  endOtherLogins: {
    method: 'DELETE',
    path: '/api/logins',
    summary: 'Log out everywhere but here; their sockets close',
    access: 'observer',
    status: 204,
  },
  endLogin: {
    method: 'DELETE',
    path: '/api/logins/:id',
    summary: 'Log one of one’s own browsers out; owners anybody’s',
    access: 'observer',
    params: LoginParams,
    status: 204,
  },
  changePassword: {
    method: 'POST',
    path: '/api/password',
    summary: 'Change one’s own password; other browsers are logged out unless told otherwise',
    access: 'observer',
    body: ChangePassword,
    status: 204,
  },
} as const satisfies Record<string, Endpoint>;
