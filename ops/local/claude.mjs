/**
 * The real Claude Code for the lane that tests with it: where it is, and how it runs without a
 * network. It is proprietary and large, so nothing here installs it.
 */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ROOT, TOOLS } from './places.mjs';

const INSTALL =
  'npm install --prefix .tools/claude --no-save @anthropic-ai/claude-code@latest (360 MB)';

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} in words, when it is not there
 */
export async function whyNoClaude(env) {
  const installed = join(TOOLS, 'claude', 'node_modules', '.bin');
  const directories = [installed, ...(env['PATH'] ?? '').split(delimiter)];
  const found = directories.map((directory) => access(join(directory, 'claude'), constants.X_OK));
  return Promise.any(found).then(
    () => undefined,
    () => `Claude Code; to have it: ${INSTALL}`,
  );
}

/**
 * @param {readonly [string, ...string[]]} argv
 * @returns {[string, ...string[]]} the same, reaching nothing but the machine itself where that may be
 */
export function onLoopbackOnly(argv) {
  return [process.execPath, join(ROOT, 'ops/local/loopback.mjs'), ...argv];
}
