/**
 * The two cookies of a login, out of reach of scripts and of other sites. `__Host-` makes the
 * browser hold us to it: Secure, this host alone, every path.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOGIN_TTL_MS } from '../limits.ts';
import { isPlainLoopback, type Places } from './places.ts';

const SECOND_MS = 1_000;

export interface LoginTokens {
  readonly access: string;
  readonly refresh: string;
}

type CookieKind = keyof LoginTokens;

export class LoginCookies {
  readonly #places: () => Places;
  readonly #accessTtlMs: number;

  constructor(places: () => Places, accessTtlMs: number) {
    this.#places = places;
    this.#accessTtlMs = accessTtlMs;
  }

  read(request: FastifyRequest, kind: CookieKind): string | undefined {
    return request.cookies[this.#nameFor(request, kind)];
  }

  set(reply: FastifyReply, tokens: LoginTokens): void {
    this.#write(reply, 'access', { value: tokens.access, maxAgeMs: this.#accessTtlMs });
    this.#write(reply, 'refresh', { value: tokens.refresh, maxAgeMs: LOGIN_TTL_MS });
  }

  clear(reply: FastifyReply): void {
    this.#write(reply, 'access', { value: '', maxAgeMs: 0 });
    this.#write(reply, 'refresh', { value: '', maxAgeMs: 0 });
  }

  #write(reply: FastifyReply, kind: CookieKind, held: { value: string; maxAgeMs: number }): void {
    reply.setCookie(this.#nameFor(reply.request, kind), held.value, {
      httpOnly: true,
      secure: !this.#isPlain(reply.request),
      sameSite: 'strict',
      path: '/',
      maxAge: Math.floor(held.maxAgeMs / SECOND_MS),
    });
  }

  #nameFor(request: FastifyRequest, kind: CookieKind): string {
    return this.#isPlain(request) ? kind : `__Host-${kind}`;
  }

  #isPlain({ headers }: FastifyRequest): boolean {
    return isPlainLoopback(this.#places(), headers.host?.toLowerCase() ?? '');
  }
}
