/** Brings node_modules up to the lockfile, and does nothing when it is. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from './apt.mjs';
import { mustRun } from './command.mjs';
import { fingerprint, unlessStamped } from './fingerprint.mjs';
import { ROOT, STAMPS } from './places.mjs';

const PTY_BINARY = join(ROOT, 'apps/worker/node_modules/node-pty/build/Release/pty.node');

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {import('./steps.mjs').Say} say
 * @returns {Promise<string>} what there is now
 */
export async function installPackages({ env, version }, say) {
  // With a compiler that was not there before, pnpm builds the node-pty it had to leave out.
  const mayCompile = await isThere('g++', env);
  const manifests = await workspaceManifests();
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests];
  const print = await fingerprint(
    files.map((file) => join(ROOT, file)),
    { also: [version.split('.')[0] ?? '', `compiler: ${mayCompile}`] },
  );
  const state = {
    stamp: join(STAMPS, 'install'),
    print,
    isThere: await isThere(join(ROOT, 'node_modules/.modules.yaml'), env),
  };
  const didInstall = await unlessStamped(state, async () => {
    say('pnpm install');
    await mustRun(['pnpm', 'install', '--frozen-lockfile'], {
      env: { ...env, CI: 'true' }, // never a question, never a moving bar in a captured output
      cwd: ROOT,
      advice: 'run it by hand for the whole story: .tools/node_modules/.bin/pnpm install',
    });
  });
  const pty = (await hasPtyEngine(env)) ? '' : ', without the pty engine (no compiler)';
  return `${didInstall ? 'installed' : 'unchanged'}${pty}`;
}

/** @param {NodeJS.ProcessEnv} env */
export function hasPtyEngine(env) {
  return isThere(PTY_BINARY, env);
}

async function workspaceManifests() {
  const found = ['ops/local/package.json'];
  for (const folder of ['apps', 'packages']) {
    for (const name of await readdir(join(ROOT, folder))) {
      found.push(`${folder}/${name}/package.json`);
    }
  }
  return found.sort();
}
