/** An authenticator in software that signs what it is told, honest or not: what no browser would send. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { AddPasskey, GivenPasskey } from '@dashboard/protocol/passkeys';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_KEY = 0x40;

/** What an honest browser would say, unless a test says otherwise. */
export interface Said {
  readonly challenge: string;
  readonly origin?: string;
  readonly rpId?: string;
  /** Whether the person showed a finger or a PIN. */
  readonly isVerified?: boolean;
  readonly counter?: number;
}

export class SoftwarePasskey {
  readonly #id = randomBytes(16);
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  create(said: Said): AddPasskey {
    const { x = '', y = '' } = this.#pair.publicKey.export({ format: 'jwk' });
    // COSE: an EC2 key for ES256 on P-256.
    const key = new Map<number, number | Uint8Array>([
      ...[[1, 2] as const, [3, -7] as const, [-1, 1] as const],
      [-2, bytesOf(x)],
      [-3, bytesOf(y)],
    ]);
    const authData = Buffer.concat([
      head(said, HAS_KEY),
      Buffer.alloc(16),
      Buffer.of(0, this.#id.length),
      this.#id,
      isoCBOR.encode(key),
    ]);
    const attestation = new Map<string, string | Uint8Array | Map<string, never>>([
      ['fmt', 'none'],
      ['attStmt', new Map<string, never>()],
      ['authData', Uint8Array.from(authData)],
    ]);
    return {
      ...this.#named(),
      response: {
        clientDataJSON: clientData('webauthn.create', said).toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(attestation)).toString('base64url'),
      },
    };
  }

  get(said: Said): GivenPasskey {
    const authenticatorData = head(said, 0);
    const client = clientData('webauthn.get', said);
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(client).digest()]);
    return {
      ...this.#named(),
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: sign('sha256', signed, this.#pair.privateKey).toString('base64url'),
      },
    };
  }

  #named() {
    const id = this.#id.toString('base64url');
    return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
  }
}

function head({ rpId = 'localhost', isVerified = true, counter = 0 }: Said, flags: number): Buffer {
  const rest = Buffer.alloc(5);
  rest.writeUInt8(PRESENT | flags | (isVerified ? VERIFIED : 0));
  rest.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), rest]);
}

function clientData(type: string, { challenge, origin = 'http://localhost:3000' }: Said): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function bytesOf(base64url: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64url, 'base64url'));
}
