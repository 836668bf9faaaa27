/** A UUIDv4 in form that is made of a text and not by chance, so that it can be made again. */
import { createHash } from 'node:crypto';

export function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  const hex = hash.toString('hex');
  const variant = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant.toString(16)}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
