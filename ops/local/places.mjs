/** Where things lie in the checkout. */
import { fileURLToPath } from 'node:url';
import { dirname, join } from 'node:path';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const TOOLS = join(ROOT, '.tools');
export const WEB = join(ROOT, 'apps', 'web');
export const WEB_BUILD = join(WEB, 'build');

/** Fingerprints of what was installed and built. Inside node_modules: they are void without it. */
export const STAMPS = join(ROOT, 'node_modules', '.cache', 'dashboard');
