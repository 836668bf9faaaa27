/**
 * Puts the placeholder `__CSP_NONCE__` on every script of the built html, so that the gateway can
 * replace it by a nonce of its own with each response. SvelteKit writes nonces only when it renders
 * on a server, and refuses `%sveltekit.nonce%` in what is built once. Fails the build rather than
 * let a script out that the browser would block.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter } from '@sveltejs/kit';

/** The gateway knows this text too: apps/gateway/src/routes/web-app.ts. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

const OUTPUT_DIRECTORY = 'build';

export function withNonces(adapter: Adapter, page: string): Adapter {
  return {
    ...adapter,
    name: `${adapter.name} with nonces`,
    async adapt(builder) {
      await adapter.adapt(builder);
      const path = join(OUTPUT_DIRECTORY, page);
      writeFileSync(path, addNonces(readFileSync(path, 'utf8')));
    },
  };
}

/** @throws Error when a script or style would be without a nonce */
export function addNonces(html: string): string {
  const done = html.replace(
    /<(script|style)(?![^>]*\snonce=)/g,
    `<$1 nonce="${NONCE_PLACEHOLDER}"`,
  );
  if (!done.includes(`<script nonce="${NONCE_PLACEHOLDER}"`)) {
    throw new Error(
      'the built html has no inline script to put a nonce on: has SvelteKit changed?',
    );
  }
  return done;
}
