/** What setup, login and refresh end with: cookies for a login, and who it is. */
import type { Me, User } from '@dashboard/protocol/people';
import type { FastifyReply } from 'fastify';
import { audit } from '../audit/index.ts';
import type { Auth, OpenedLogin } from '../auth/index.ts';
import type { LoginCookies } from '../plugins/cookies.ts';
import { browserInWords } from './browser-words.ts';

export interface LoginReply {
  readonly reply: FastifyReply;
  readonly auth: Auth;
  readonly cookies: LoginCookies;
}

/** A login of its own, never one that the browser brought along. */
export async function openLogin(user: User, to: LoginReply): Promise<Me> {
  const { ip, headers } = to.reply.request;
  const place = { address: ip, browser: browserInWords(headers['user-agent']) };
  const opened = to.auth.logins.open(user.id, place);
  audit(to.reply.request, opened.viewer, { event: 'login_opened' });
  return await answerWith(opened, to);
}

export async function answerWith(
  { viewer, refreshToken }: OpenedLogin,
  to: LoginReply,
): Promise<Me> {
  const access = await to.auth.tokens.issue(viewer.loginId);
  to.cookies.set(to.reply, { access, refresh: refreshToken });
  return { user: to.auth.users.get(viewer.userId), loginId: viewer.loginId };
}
