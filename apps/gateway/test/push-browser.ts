/**
 * The browser's half of Web Push, written from RFC 8291 and RFC 8188 and not with the library that
 * the gateway sends with: a pair of keys, a secret, and the way back from what arrives to the text.
 */
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import type { AddDevice } from '@dashboard/protocol/alerts';
import { importJWK, jwtVerify } from 'jose';
import { expect } from 'vitest';
import type { Received } from './receiver.ts';

const SALT_BYTES = 16;
const RECORD_SIZE_BYTES = 4;
const TAG_BYTES = 16;
const POINT_BYTES = 65;
const DELIMITER = 2;

export class PushBrowser {
  readonly #key = createECDH('prime256v1');
  readonly #auth = randomBytes(SALT_BYTES);

  constructor() {
    this.#key.generateKeys();
  }

  subscription(endpoint: string, label = 'Chrome on Linux'): AddDevice {
    const p256dh = this.#key.getPublicKey().toString('base64url');
    return { label, endpoint, keys: { p256dh, auth: this.#auth.toString('base64url') } };
  }

  /** @throws Error when it was encrypted for somebody else, or changed on its way */
  read({ headers, body }: Received): unknown {
    expect(headers['content-encoding']).toBe('aes128gcm');
    const salt = body.subarray(0, SALT_BYTES);
    const lengthAt = SALT_BYTES + RECORD_SIZE_BYTES;
    expect(body[lengthAt]).toBe(POINT_BYTES);
    const sender = body.subarray(lengthAt + 1, lengthAt + 1 + POINT_BYTES);
    const sealed = body.subarray(lengthAt + 1 + POINT_BYTES);
    const about = Buffer.concat([text('WebPush: info\0'), this.#key.getPublicKey(), sender]);
    const secret = derive(this.#key.computeSecret(sender), this.#auth, { about, bytes: 32 });
    const key = derive(secret, salt, { about: text('Content-Encoding: aes128gcm\0'), bytes: 16 });
    const nonce = derive(secret, salt, { about: text('Content-Encoding: nonce\0'), bytes: 12 });
    const opened = createDecipheriv('aes-128-gcm', key, nonce);
    opened.setAuthTag(sealed.subarray(-TAG_BYTES));
    const plain = Buffer.concat([opened.update(sealed.subarray(0, -TAG_BYTES)), opened.final()]);
    const end = plain.lastIndexOf(DELIMITER);
    return JSON.parse(plain.subarray(0, end).toString());
  }
}

/** RFC 8292: what a push service checks. @returns the claims */
export async function readVapid(
  { headers }: Received,
  { pushKey, audience }: { pushKey: string; audience: string },
): Promise<Record<string, unknown>> {
  const [, token = '', key] = /^vapid t=([^,]+), k=(.+)$/.exec(headers.authorization ?? '') ?? [];
  expect(key).toBe(pushKey);
  const point = Buffer.from(pushKey, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) =>
    half.toString('base64url'),
  );
  const jwk = await importJWK({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, 'ES256');
  return (await jwtVerify(token, jwk, { audience })).payload;
}

function derive(
  key: Uint8Array,
  salt: Uint8Array,
  { about, bytes }: { about: Uint8Array; bytes: number },
): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, about, bytes));
}

function text(words: string): Buffer {
  return Buffer.from(words);
}
