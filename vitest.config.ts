/** All tests that run in plain Node, as one run with one report. Packages set up their own. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // apps/web is left out: SvelteKit looks for its sources below the directory it is run in.
    projects: ['packages/*', 'apps/gateway', 'apps/worker', 'ops/containers', 'ops/local'],
  },
});
