/** What can be said of images and compose files without an engine; with one, CONTAINERS=1 says the rest. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: '@dashboard/containers', include: ['test/**/*.test.ts'] },
});
