/** Tests of what the worker and the page both need of xterm.js. Each draws in a process of its own. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: '@dashboard/xterm',
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 20_000,
  },
});
