/**
 * Rules, dashboards and routes on real programs: Prometheus, Alertmanager, both daemons. A lane of its
 * own, since most machines have neither of the two until npm test has asked for them.
 */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: '@dashboard/observability',
    dir: import.meta.dirname,
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
