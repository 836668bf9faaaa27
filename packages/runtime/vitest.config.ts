/** Tests of what both daemons do alike: real sockets, real files. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: '@dashboard/runtime', include: ['src/**/*.test.ts'] },
});
