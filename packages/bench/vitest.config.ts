/** Tests of what the benchmark computes, and one small round, so that it can be run when it is wanted. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: '@dashboard/bench',
    include: ['src/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
  },
});
