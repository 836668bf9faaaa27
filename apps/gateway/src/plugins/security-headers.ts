/**
 * Tells the browser how little our pages need: scripts and styles of our own or with the nonce of
 * this response, no frames, no plugins, no other origins, and no script made from text.
 * There are no CORS headers at all, so that no other origin reads anything.
 */
import { randomBytes } from 'node:crypto';
import helmet from '@fastify/helmet';
import fp from 'fastify-plugin';
import type { Places } from './places.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Of this response; goes on every script and style element of the html. */
    nonce: string;
  }
}

export interface SecurityHeadersOptions {
  readonly places: () => Places;
}

const NONCE_BYTES = 16;
const HSTS = 'max-age=31536000';

export const securityHeaders = fp<SecurityHeadersOptions>(
  async (app, { places }) => {
    await app.register(helmet, {
      contentSecurityPolicy: false, // below: helmet would give scripts and styles different nonces
      strictTransportSecurity: false, // below: on plain http it would lie
      crossOriginEmbedderPolicy: { policy: 'require-corp' },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      referrerPolicy: { policy: 'no-referrer' },
      xFrameOptions: { action: 'deny' },
    });
    app.decorateReply('nonce', '');
    app.addHook('onRequest', async (request, reply) => {
      reply.nonce = randomBytes(NONCE_BYTES).toString('base64');
      void reply.headers({
        'content-security-policy': policyWith(reply.nonce),
        'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
        // Answers are about one person at one moment; files with a hash in their name say otherwise.
        'cache-control': 'no-store',
      });
      const isTls = places().origins.has(`https://${request.headers.host ?? ''}`);
      if (isTls) void reply.header('strict-transport-security', HSTS);
    });
  },
  { name: 'security-headers', fastify: '5.x' },
);

/**
 * 'self' stands beside the nonce because SvelteKit's modulepreload links carry none. xterm.js sets
 * style attributes in its DOM renderer; a nonce would void 'unsafe-inline', hence style-src-attr.
 */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html sveltekit-trusted-url',
  ].join('; ');
}
