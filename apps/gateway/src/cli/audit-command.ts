/** `dashboard audit verify`: whether the audit trail is whole, beside the daemon that writes it or without one. */
import { existsSync } from 'node:fs';
import type { AuditFlaw, AuditVerdict } from '@dashboard/protocol/audit';
import { ConfigurationError, readSecretFile, type Environment } from '@dashboard/runtime/config';
import { verifyTrail, type KnownHead } from '../audit/index.ts';
import { Keyring, parseMasterKeys } from '../auth/index.ts';
import type { KeysSurroundings } from './keys-command.ts';

export interface AuditVerifyOptions {
  readonly file?: string;
  readonly contains?: readonly string[];
}

const WORDS: Readonly<Record<AuditFlaw, string>> = {
  unsealed: 'it has no seal: whoever removed that could write the database',
  unknown_key: 'it is sealed with a key that is not in JWT_SECRET_FILE, so that nothing is proven',
  forged: 'its seal was not made with our key',
  gap: 'a record is missing',
  changed: 'a record is not the one that was written',
  cut: 'it does not end where its seal says',
  noted: 'the gateway found there that the trail before did not hold',
  not_contained:
    'it does not contain what --contains says: it was cut, or an older one was put back',
};

/** @returns whether it holds. @throws ConfigurationError */
export async function verifyAudit(
  { env, clock, say }: KeysSurroundings,
  { file, contains = [] }: AuditVerifyOptions,
): Promise<boolean> {
  const path = file ?? required(env, 'DB_PATH', 'file of users and logins');
  if (!existsSync(path)) throw new ConfigurationError([`${path} does not exist`]);
  const keyFile = required(env, 'JWT_SECRET_FILE', 'file of keys, one of which sealed the trail');
  const masters = parseMasterKeys(
    readSecretFile(keyFile, 'JWT_SECRET_FILE').toString('utf8'),
    'JWT_SECRET_FILE',
  );
  const keyring = new Keyring(masters);
  const known = contains.map(parseHead);
  const verdict = await verifyTrail({ path, keyring, clock, contains: known });
  say(inWords(verdict));
  if (verdict.head !== null) say(`it ends at ${verdict.head.number}:${verdict.head.hash}`);
  return verdict.flaw === null;
}

function inWords({ flaw, records, first }: AuditVerdict): string {
  const all = `${records} records since ${first?.at ?? 'never'}`;
  if (flaw === null) return `the audit trail holds: ${all}`;
  const where = flaw.number === null ? '' : ` at record ${flaw.number}`;
  return `THE AUDIT TRAIL DOES NOT HOLD${where}: ${WORDS[flaw.code]} (${all})`;
}

function parseHead(text: string): KnownHead {
  const [, number, hash] = /^([1-9][0-9]{0,14}):([0-9a-f]{64})$/i.exec(text) ?? [];
  if (number !== undefined && hash !== undefined) return { number: Number(number), hash };
  throw new ConfigurationError([`--contains takes number:hash, not ${JSON.stringify(text)}`]);
}

function required(env: Environment, name: string, what: string): string {
  const value = env[name];
  if (value !== undefined && value !== '') return value;
  throw new ConfigurationError([`${name} is missing (${what})`]);
}
