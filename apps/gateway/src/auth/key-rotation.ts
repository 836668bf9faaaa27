/**
 * Puts a new signing key on top of the file and lets those go that nobody carries any more. The
 * gateway reads the file again within seconds; tokens of the keys that stay are good until they run out.
 */
import { randomBytes } from 'node:crypto';
import { chmod, chown, lstat, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { ConfigurationError } from '@dashboard/runtime/config';
import { KEYRING_KEYS_MAX, ROTATION_GRACE_MS } from '../limits.ts';
import { parseMasterKeys } from './master-keys.ts';

const SOURCE = 'JWT_SECRET_FILE';
const KEY_BYTES = 32;

export interface RotationOptions {
  readonly path: string;
  readonly nowMs: number;
  /** Of an access token: as long a key that signed must stay. */
  readonly tokenTtlMs: number;
}

export interface Rotation {
  readonly kid: string;
  readonly stay: readonly string[];
  readonly gone: readonly string[];
}

/** @returns milliseconds since the epoch, where the id of the key says when it was made */
export function madeAtMs(kid: string): number | undefined {
  const [, digits] = /^k(\d{13})$/.exec(kid) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** @throws ConfigurationError, with the file as it was */
export async function rotateKeys(options: RotationOptions): Promise<Rotation> {
  const { path } = options;
  const lock = `${path}.rotating`;
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new Error('it is a link: rotate it where the secret is kept');
    await writeFile(lock, '', { flag: 'wx', mode: 0o600 });
    try {
      const { text, rotation } = rotated(await readFile(path, 'utf8'), options);
      await writeFile(lock, text, { flush: true });
      await chmod(lock, found.mode & 0o777);
      await chown(lock, found.uid, found.gid);
      await rename(lock, path);
      return rotation;
    } finally {
      await rm(lock, { force: true });
    }
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([`${SOURCE}: ${path} is not rotated: ${inWords(error, lock)}`]);
  }
}

function rotated(
  before: string,
  { nowMs, tokenTtlMs }: RotationOptions,
): { text: string; rotation: Rotation } {
  const kids = parseMasterKeys(before, SOURCE).map((key) => key.kid);
  // Nobody carries a token of a key whose successor has been signing for longer than a token lives.
  const over = kids.findIndex((kid) => {
    const signsSinceMs = madeAtMs(kid);
    return signsSinceMs !== undefined && signsSinceMs + tokenTtlMs + ROTATION_GRACE_MS <= nowMs;
  });
  const stay = over === -1 ? kids : kids.slice(0, over + 1);
  if (stay.length >= KEYRING_KEYS_MAX) {
    throw new Error(`${stay.length} keys may still be in use: wait until the oldest have run out`);
  }
  const kid = `k${nowMs}`;
  if (kids.includes(kid)) throw new Error('it was rotated at this very moment');
  const lines = before.split('\n');
  const keyLines = lines.filter(isKey);
  const comments = lines.filter((line) => line.trim().startsWith('#'));
  const added = `${kid} ${randomBytes(KEY_BYTES).toString('base64url')}`;
  const text = [...comments, added, ...keyLines.slice(0, stay.length), ''].join('\n');
  return { text, rotation: { kid, stay, gone: kids.slice(stay.length) } };
}

function isKey(line: string): boolean {
  return line.trim() !== '' && !line.trim().startsWith('#');
}

function inWords(error: unknown, lock: string): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EEXIST') return `somebody else is rotating it; if nobody is, remove ${lock}`;
  if (code === 'EROFS' || code === 'EACCES') return `it cannot be written here: ${error.message}`;
  return error.message;
}
