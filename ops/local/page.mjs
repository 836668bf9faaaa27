/** Builds the page that the gateway serves, unless the last build was made of the same sources. */
import { join } from 'node:path';
import { isThere } from './apt.mjs';
import { mustRun } from './command.mjs';
import { Failure } from './failure.mjs';
import { fingerprint, unlessStamped } from './fingerprint.mjs';
import { ROOT, STAMPS, WEB, WEB_BUILD } from './places.mjs';

/** What lies in apps/web and does not end up in the page. */
const NOT_SOURCES = new Set([
  'node_modules',
  '.svelte-kit',
  'build',
  'e2e',
  'test-results',
  '.turbo',
]);

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<{ text: string, result: undefined }>} what there is now
 */
export async function buildPage({ env, version }, say) {
  const packages = ['protocol', 'xterm'].map((name) => join(ROOT, 'packages', name, 'src'));
  const sources = [WEB, ...packages, join(ROOT, 'pnpm-lock.yaml')];
  const print = await fingerprint(sources, {
    also: [version],
    skip: (name) => NOT_SOURCES.has(name) || name.endsWith('.test.ts'),
  });
  const state = { stamp: join(STAMPS, 'page'), print, isThere: await isThere(WEB_BUILD, env) };
  const didBuild = await unlessStamped(state, async () => {
    say('building');
    const production = { ...env, NODE_ENV: 'production' };
    await mustRun(['pnpm', '--filter', '@dashboard/web', 'build'], { env: production, cwd: ROOT });
    if (!(await isThere(WEB_BUILD, env)))
      throw new Failure(`the build left nothing in ${WEB_BUILD}`);
  });
  return { text: didBuild ? 'built' : 'unchanged', result: undefined };
}
