/** Small secrets at rest: AES-256-GCM, bound to what they belong to, so that rows cannot be exchanged. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keyring, KeyPurpose } from './keyring.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

export interface Sealed {
  readonly kid: string;
  readonly sealed: Buffer;
}

interface Belonging {
  readonly keyring: Keyring;
  readonly purpose: KeyPurpose;
  /** Whose it is; not secret. */
  readonly of: string;
}

/** With the newest key. */
export function seal(plain: Uint8Array, { keyring, purpose, of }: Belonging): Sealed {
  const { kid, key } = keyring.newest(purpose);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(of));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { kid, sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]) };
}

/** @returns undefined when the key is gone, or when it is not what was sealed for this owner */
export function unseal({ kid, sealed }: Sealed, belonging: Belonging): Buffer | undefined {
  const key = belonging.keyring.find(belonging.purpose, kid);
  if (key === undefined || sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(belonging.of));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  try {
    const text = sealed.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(text), decipher.final()]);
  } catch {
    return undefined;
  }
}
