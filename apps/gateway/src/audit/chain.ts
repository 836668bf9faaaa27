/**
 * What binds the records to each other. Each hash covers its record and the hash before, so that none
 * can be changed, removed or moved without changing all that follow; the seal says with a key which is
 * not in the database where the chain begins and ends, so that not even all of them can.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { AuditFlaw } from '@dashboard/protocol/audit';
import type { Keyring, SigningKey } from '../auth/index.ts';

export interface Seal {
  readonly firstNumber: number;
  readonly hashBeforeFirst: Buffer;
  readonly lastNumber: number;
  readonly lastHash: Buffer;
}

export interface SignedSeal extends Seal {
  readonly kid: string;
  readonly mac: Buffer;
}

/** Before the very first record. */
export const NO_HASH = Buffer.alloc(32);

/** JSON with its names in order, so that there is one text for one record. */
export function textOf(fields: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return JSON.stringify(Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))));
}

/** @param before 32 bytes, so that where the record begins is never in doubt */
export function hashOf(before: Buffer, record: string): Buffer {
  return createHash('sha256').update(before).update(record).digest();
}

export function sign(seal: Seal, { kid, key }: SigningKey): SignedSeal {
  return { ...seal, kid, mac: macOf(seal, key) };
}

/** @returns what is wrong with it */
export function flawOf(seal: SignedSeal, keyring: Keyring): AuditFlaw | undefined {
  const key = keyring.find('audit', seal.kid);
  if (key === undefined) return 'unknown_key';
  const mac = macOf(seal, key);
  return mac.length === seal.mac.length && timingSafeEqual(mac, seal.mac) ? undefined : 'forged';
}

function macOf(seal: Seal, key: SigningKey['key']): Buffer {
  const text = JSON.stringify([
    ...['audit seal', seal.firstNumber, seal.hashBeforeFirst.toString('hex')],
    ...[seal.lastNumber, seal.lastHash.toString('hex')],
  ]);
  return createHmac('sha256', key).update(text).digest();
}
