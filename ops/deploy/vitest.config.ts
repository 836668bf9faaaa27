/**
 * Deployments for real: gateways, a worker, nginx, and where it is there Prometheus. A lane of its own,
 * since most machines have no nginx, and to install one would start it.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: '@dashboard/deploy',
    dir: import.meta.dirname,
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // They count requests that fail: nobody else should take the machine.
    fileParallelism: false,
  },
});
