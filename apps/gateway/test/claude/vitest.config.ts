/** The suite with the real Claude Code, which is not part of the unit tests: it has to be installed. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'claude',
    dir: import.meta.dirname,
    include: ['*.claude.ts'],
    environment: 'node',
  },
});
