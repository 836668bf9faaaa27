/**
 * Reads the keys that sign access tokens: one a line, `<key id> <key>`, newest first. The id may be
 * left out. A key is base64, base64url or hex; lines that begin with # are comments.
 * A weak key is worth no more than none: it is refused here, before anything starts.
 */
import { createHash } from 'node:crypto';
import { ConfigurationError } from '@dashboard/runtime/config';
import { KEYRING_KEYS_MAX } from '../limits.ts';

export interface MasterKey {
  /** Stands in the header of each token; only ever a key of a Map. */
  readonly kid: string;
  readonly bytes: Buffer;
}

/** RFC 7518 3.2: no shorter than the output of SHA-256. Counted after decoding. */
const KEY_BYTES_MIN = 32;
/** 32 random bytes have 30 different ones on average; fewer than 16 do not happen by chance. */
const DISTINCT_BYTES_MIN = 16;
const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const HEX = /^([0-9a-f]{2})+$/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const PLACEHOLDER = /change-?_?me|placeholder|example|your-?_?secret|password|insert-?_?here/i;

/**
 * @param source the variable, named in the error; no part of a key ever is
 * @throws ConfigurationError with a line for each key that cannot be used
 */
export function parseMasterKeys(text: string, source: string): readonly MasterKey[] {
  const lines = text.split('\n').map((line) => line.trim());
  const problems: string[] = [];
  const keys = new Map<string, MasterKey>();
  for (const [index, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const key = parseLine(line);
    if (typeof key === 'string') problems.push(`${source}: line ${index + 1}: ${key}`);
    else if (keys.has(key.kid)) problems.push(`${source}: line ${index + 1}: key id appears twice`);
    else keys.set(key.kid, key);
  }
  if (problems.length === 0 && keys.size === 0) problems.push(`${source} holds no key. ${ADVICE}`);
  if (keys.size > KEYRING_KEYS_MAX) {
    problems.push(`${source} holds ${keys.size} keys, at most ${KEYRING_KEYS_MAX} are read`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return [...keys.values()];
}

const ADVICE = 'Make one with: openssl rand -base64 48';

/** @returns what is wrong, in words, when the line holds no usable key */
function parseLine(line: string): MasterKey | string {
  const words = line.split(/\s+/);
  const encoded = words.at(-1) ?? '';
  if (words.length > 2) return 'more than a key id and a key';
  if (PLACEHOLDER.test(encoded)) return `looks like a placeholder. ${ADVICE}`;
  const bytes = decode(encoded);
  if (bytes === undefined) return `is neither base64 nor hex. ${ADVICE}`;
  if (bytes.length < KEY_BYTES_MIN) {
    return `decodes to ${bytes.length} bytes, at least ${KEY_BYTES_MIN} are needed. ${ADVICE}`;
  }
  if (new Set(bytes).size < DISTINCT_BYTES_MIN) return `is not random. ${ADVICE}`;
  const kid = words.length === 2 ? (words[0] ?? '') : keyIdOf(bytes);
  return KEY_ID.test(kid) ? { kid, bytes } : 'the key id may hold letters, digits, _ and -';
}

function decode(text: string): Buffer | undefined {
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function keyIdOf(bytes: Buffer): string {
  return createHash('sha256').update('kid').update(bytes).digest('base64url').slice(0, 12);
}
