/** Makes a machine ready: toolchain, system packages, node_modules. Each only when it is not there. */
import { aptInstall, missingPackages } from './apt.mjs';
import { hasPtyEngine, installPackages } from './install.mjs';
import { findToolchain } from './toolchain.mjs';

/**
 * @param {import('./steps.mjs').Steps} steps
 * @param {{ env: NodeJS.ProcessEnv, use: 'start' | 'test' }} wanted
 * @returns {Promise<{
 *   toolchain: import('./toolchain.mjs').Toolchain,
 *   missing: readonly import('./apt.mjs').SystemPackage[],
 * }>} `missing`: what could not be installed
 */
export async function makeReady(steps, { env, use }) {
  const toolchain = await steps.step('toolchain', async (say) => {
    const result = await findToolchain(env, say);
    return { text: `Node ${result.version}`, result };
  });
  const wants = { use, hasPty: await hasPtyEngine(env) };
  let missing = await missingPackages(env, wants);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => name).join(' ');
    await steps.step('system packages', async (say) => {
      say(`apt-get install ${names}`);
      const why = await aptInstall(missing, env);
      const text = why === undefined ? `installed ${names}` : `going on without: ${why}`;
      return { text, result: undefined };
    });
    missing = await missingPackages(env, wants);
  }
  await steps.step('packages', async (say) => {
    return { text: await installPackages(toolchain, say), result: undefined };
  });
  return { toolchain, missing };
}
