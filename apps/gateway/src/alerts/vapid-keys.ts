/** The pair of keys by which push services know this dashboard. Made once: every subscription is bound to it. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import webPush from 'web-push';

const VapidKeys = Type.Object({
  publicKey: Type.String({ pattern: '^[A-Za-z0-9_-]{87}$' }),
  privateKey: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
});
export type VapidKeys = Readonly<Static<typeof VapidKeys>>;

const PRIVATE = 0o600;
const OTHERS = 0o077;

/**
 * Reads the file, or makes it when it is not there.
 * @throws Error in words: with other keys, every device would fall silent and nobody would know why
 */
export function openVapidKeys(path: string): VapidKeys {
  try {
    writeFileSync(path, JSON.stringify(webPush.generateVAPIDKeys()), {
      mode: PRIVATE,
      flag: 'wx',
      flush: true,
    });
    chmodSync(path, PRIVATE); // whatever the umask was
  } catch (error) {
    if (!isThere(error)) throw error;
  }
  if ((statSync(path).mode & OTHERS) !== 0) {
    throw new Error(`${path} is open to others; chmod 600 it`);
  }
  const keys = parse(readFileSync(path, 'utf8'));
  if (keys === undefined) {
    throw new Error(`${path} holds no keys; restore it, or remove it and set up all devices anew`);
  }
  return keys;
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function parse(text: string): VapidKeys | undefined {
  try {
    const keys: unknown = JSON.parse(text);
    return Value.Check(VapidKeys, keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}
