/**
 * Serves the built page. Files with a hash in their name never change and are kept for a year; the
 * html is made anew for each response, with its nonce. An address that no file and no route knows is
 * a place inside the page, if it was a person who asked.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { DashboardError } from '@dashboard/protocol/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

export interface WebAppOptions {
  /** Directory of the built page. */
  readonly webRoot: string;
}

/** The page's build knows these too: apps/web/tools/html-nonces.ts and the adapter's fallback. */
const NONCE_PLACEHOLDER = '__CSP_NONCE__';
const HTML_FILE = '200.html';
const IMMUTABLE_PATH = '/_app/immutable/';
const YEAR_SECONDS = 31_536_000;
/** Never a place inside the page: programs ask there, and an answer in html would confuse them. */
const PROGRAM_PATHS = /^\/(api|health|metrics)(\/|$)/;

/** Not encapsulated: its not-found handler is the one of the whole server. */
export const webApp = fp<WebAppOptions>(
  async (app, { webRoot }) => {
    await app.register(fastifyStatic, {
      serve: false,
      root: webRoot,
      index: false,
      dotfiles: 'ignore',
      cacheControl: false, // plugins/security-headers.ts has said no-store; setHeaders says otherwise
      preCompressed: true,
      setHeaders: (reply, path) => {
        void reply.header('cache-control', cachingOf(path.slice(webRoot.length)));
      },
    });
    serveFiles(app);
    app.setNotFoundHandler(async (request, reply) => {
      if (!isPlaceInPage(request)) throw new DashboardError('not_found', 'There is nothing here.');
      return await sendHtml(reply, join(webRoot, HTML_FILE));
    });
  },
  { name: 'web-app', fastify: '5.x' },
);

function serveFiles(app: FastifyInstance): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/*',
    config: { access: 'public' },
    handler: (request, reply) => {
      const path = pathOf(request);
      // The html never goes out as it is: without a nonce its script would be blocked.
      if (PROGRAM_PATHS.test(path) || path.endsWith('.html') || path.endsWith('/')) {
        reply.callNotFound();
        return;
      }
      return reply.sendFile(path);
    },
  });
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?')[0] ?? '/';
}

function cachingOf(path: string): string {
  return path.startsWith(IMMUTABLE_PATH)
    ? `public, max-age=${YEAR_SECONDS}, immutable`
    : 'no-cache';
}

function isPlaceInPage(request: FastifyRequest): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const isPerson = request.headers.accept?.includes('text/html') === true;
  return isRead && isPerson && !PROGRAM_PATHS.test(pathOf(request));
}

/** Read each time: it is small, and a page that was just built is served without a restart. */
async function sendHtml(reply: FastifyReply, path: string): Promise<FastifyReply> {
  let html: string;
  try {
    html = await readFile(path, 'utf8');
  } catch (error) {
    reply.log.warn({ err: error, hint: 'build the page: pnpm build' }, 'the page is missing');
    return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT);
  }
  return reply
    .code(200)
    .type('text/html; charset=utf-8')
    .send(html.replaceAll(NONCE_PLACEHOLDER, reply.nonce));
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>The page is not built</title>
<h1>The page is not built</h1>
<p>The gateway runs, but its directory WEB_ROOT holds no page. Build it and reload:</p>
<pre>pnpm build</pre>
</html>
`;
