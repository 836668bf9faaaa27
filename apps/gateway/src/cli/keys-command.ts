/** `dashboard keys [rotate]`: which keys sign and verify, and another one on top. No key is ever shown. */
import type { Clock } from '@dashboard/runtime/clock';
import { ConfigurationError, readSecretFile, type Environment } from '@dashboard/runtime/config';
import { madeAtMs, parseMasterKeys, rotateKeys } from '../auth/index.ts';
import { parseTokenTtl } from '../config.ts';
import { timeInWords } from './words.ts';

export interface KeysSurroundings {
  readonly env: Environment;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

export async function showKeys({ env, clock, say }: KeysSurroundings): Promise<void> {
  const text = readSecretFile(pathOf(env), 'JWT_SECRET_FILE').toString('utf8');
  for (const [place, { kid }] of parseMasterKeys(text, 'JWT_SECRET_FILE').entries()) {
    const atMs = madeAtMs(kid);
    const age = atMs === undefined ? 'of unknown age' : `${timeInWords(clock.nowMs() - atMs)} old`;
    say(`${kid}  ${place === 0 ? 'signs and verifies' : 'verifies'}  ${age}`);
  }
}

/** @throws ConfigurationError, with the file as it was */
export async function rotate({ env, clock, say }: KeysSurroundings): Promise<void> {
  const tokenTtlMs = parseTokenTtl(env['JWT_EXPIRES_IN']);
  const { kid, stay, gone } = await rotateKeys({
    ...{ path: pathOf(env), nowMs: clock.nowMs(), tokenTtlMs },
  });
  say(`${kid} signs within 5 s; nobody is logged out`);
  if (stay.length > 0) say(`still verify: ${stay.join(', ')}`);
  if (gone.length > 0) say(`gone, nobody carries a token of theirs: ${gone.join(', ')}`);
}

function pathOf(env: Environment): string {
  const path = env['JWT_SECRET_FILE'];
  if (path !== undefined && path !== '') return path;
  throw new ConfigurationError(['JWT_SECRET_FILE is missing (file of keys that sign logins)']);
}
