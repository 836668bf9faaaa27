/** How the page is built: a static single page, whose one html file carries a placeholder for the CSP nonce. */
import adapterStatic from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { withNonces } from './tools/html-nonces.ts';

/** Where `vite dev` finds a gateway. */
const GATEWAY = 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: withNonces(adapterStatic({ fallback: '200.html' }), '200.html'),
      version: { pollInterval: 0 },
    }),
  ],
  server: {
    // The gateway refuses foreign origins; the development server stands in front of it as one.
    proxy: {
      '/api': { target: GATEWAY, ws: true, changeOrigin: true, headers: { origin: GATEWAY } },
    },
  },
  test: { include: ['src/**/*.test.ts', 'tools/*.test.ts'], environment: 'node' },
});
