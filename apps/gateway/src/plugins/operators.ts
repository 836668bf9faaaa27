/**
 * Whoever watches over the gateway has no login: programs on this machine, and whoever holds the
 * token of METRICS_TOKEN_FILE, from anywhere and under any name of ours.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from './places.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** With the token, Host may say what it likes: a collector knows us by another name. */
    isForOperators?: true;
  }
}

/** Set by proxies: then whoever asks is elsewhere, though the connection comes from here. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const BEARER = /^Bearer ([\x21-\x7e]+)$/i;

export class Operators {
  readonly #digest: Buffer | undefined;

  /** @param token undefined: only this machine */
  constructor(token: string | undefined) {
    this.#digest = token === undefined ? undefined : digestOf(token);
  }

  has(request: FastifyRequest): boolean {
    return this.holdsToken(request) || isFromThisMachine(request);
  }

  holdsToken({ headers }: FastifyRequest): boolean {
    const given = BEARER.exec(headers.authorization ?? '')?.[1];
    if (given === undefined || this.#digest === undefined) return false;
    return timingSafeEqual(digestOf(given), this.#digest);
  }
}

/** The Host is looked at too: a page of elsewhere whose name leads to this machine is not from here. */
function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  const address = (raw.socket.remoteAddress ?? '').replace(/^::ffff:/i, '');
  const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
  return isLoopback(address) && isLoopback(headers.host ?? '') && !isForwarded;
}

/** Of equal length, whatever was given. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
