/** How gateway and worker prove to each other that they hold the same key, without showing it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { gatewayProofText, workerProofText } from '@dashboard/protocol/worker/handshake';
import { ConfigurationError, readSecretFile } from './config.ts';

const NONCE_BYTES = 32;
const KEY_BYTES_MIN = 32;

export function makeNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64url');
}

export interface Exchange {
  readonly key: Uint8Array;
  /** Chosen by the worker. */
  readonly challenge: string;
  /** Chosen by the gateway. */
  readonly nonce: string;
}

/** Covers the purpose, so that nobody between the two can turn one connection into another. */
export function gatewayProof({ key, challenge, nonce }: Exchange, purpose: unknown): string {
  return hmac(key, gatewayProofText(challenge, nonce, purpose));
}

export function workerProof({ key, challenge, nonce }: Exchange): string {
  return hmac(key, workerProofText(challenge, nonce));
}

export function isSameProof(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** @throws ConfigurationError when the file cannot be read or holds no key of 32 bytes, as hex */
export function readWorkerKey(path: string): Uint8Array {
  const text = readSecretFile(path, 'WORKER_KEY_FILE').toString('utf8').trim();
  if (/^[0-9a-f]+$/i.test(text) && text.length >= KEY_BYTES_MIN * 2) {
    return Buffer.from(text, 'hex');
  }
  throw new ConfigurationError([
    `WORKER_KEY_FILE: ${path} must hold ${KEY_BYTES_MIN} random bytes as hex: openssl rand -hex 32`,
  ]);
}

function hmac(key: Uint8Array, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
