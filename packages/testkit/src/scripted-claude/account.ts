/** What the account of the scripted agent has left, as a test wrote it down; an API key has no limits. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fields } from './hooks.ts';

export const LIMITS_FILE = 'scripted-limits.json';

/** As the status line is told it. */
export function accountLimits(configDirectory: string): Fields {
  const file = join(configDirectory, LIMITS_FILE);
  return existsSync(file) ? { rate_limits: JSON.parse(readFileSync(file, 'utf8')) } : {};
}
