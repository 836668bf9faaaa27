/** Proves the audit trail, record by record, from where its seal says it begins to where it says it ends. */
import { AuditRecord, type AuditFlaw, type AuditVerdict } from '@dashboard/protocol/audit';
import type { Clock } from '@dashboard/runtime/clock';
import { openMoment } from '@dashboard/runtime/sqlite-beside';
import { Value } from 'typebox/value';
import type { Keyring } from '../auth/index.ts';
import { flawOf, hashOf, type SignedSeal } from './chain.ts';
import { CHECKED_AT_ONCE } from './limits.ts';
import { TrailTable, type Row } from './trail-table.ts';

export interface VerifyOptions {
  readonly path: string;
  readonly keyring: Keyring;
  readonly clock: Clock;
  /** What was known of it elsewhere: ends of the chain at other times. */
  readonly contains?: readonly KnownHead[];
}

export interface KnownHead {
  readonly number: number;
  /** Hexadecimal. */
  readonly hash: string;
}

interface Flaw {
  readonly code: AuditFlaw;
  readonly number: number | null;
}

/** Of one moment; others write meanwhile, and have their turn between records. */
export async function verifyTrail(options: VerifyOptions): Promise<AuditVerdict> {
  const { path, keyring, clock, contains = [] } = options;
  const database = openMoment(path);
  try {
    const table = new TrailTable(database);
    const seal = table.seal();
    const last = table.last();
    const [first] = table.after(0, 1);
    const walked = await walk(table, { seal, clock });
    const flaw = sealFlaw(seal, keyring) ?? walked ?? endFlaw(seal, last) ?? lacks(table, contains);
    return {
      checkedAtMs: clock.nowMs(),
      records: last && first ? last.number - first.number + 1 : 0,
      first: first ? { number: first.number, at: parse(first)?.at ?? EPOCH } : null,
      head: last ? { number: last.number, hash: last.hash.toString('hex') } : null,
      flaw: flaw ?? null,
    };
  } finally {
    database.close();
  }
}

const EPOCH = new Date(0).toISOString();

function sealFlaw(seal: SignedSeal | undefined, keyring: Keyring): Flaw | undefined {
  const code = seal === undefined ? 'unsealed' : flawOf(seal, keyring);
  return code && { code, number: null };
}

async function walk(
  table: TrailTable,
  { seal, clock }: { seal: SignedSeal | undefined; clock: Clock },
): Promise<Flaw | undefined> {
  if (seal === undefined) return undefined;
  let number = seal.firstNumber - 1;
  let hash = seal.hashBeforeFirst;
  for (;;) {
    const rows = table.after(number, CHECKED_AT_ONCE);
    for (const row of rows) {
      const flaw = flawIn(row, { number, hash });
      if (flaw !== undefined) return flaw;
      ({ number, hash } = row);
    }
    if (rows.length < CHECKED_AT_ONCE) return undefined;
    await new Promise<void>((resolve) => clock.soon(resolve));
  }
}

function flawIn(row: Row, before: { number: number; hash: Buffer }): Flaw | undefined {
  const expected = before.number + 1;
  if (row.number !== expected) return { code: 'gap', number: expected };
  const record = parse(row);
  const isAsHashed = hashOf(before.hash, row.record).equals(row.hash);
  if (!isAsHashed || record?.number !== expected) return { code: 'changed', number: expected };
  return record.event === 'chain_found_broken' ? { code: 'noted', number: expected } : undefined;
}

function endFlaw(seal: SignedSeal | undefined, last: Row | undefined): Flaw | undefined {
  if (seal === undefined) return undefined;
  const isEnd = last?.number === seal.lastNumber && last.hash.equals(seal.lastHash);
  return isEnd ? undefined : { code: 'cut', number: seal.lastNumber };
}

function lacks(table: TrailTable, known: readonly KnownHead[]): Flaw | undefined {
  const missing = known.find(
    ({ number, hash }) => table.find(number)?.hash.toString('hex') !== hash.toLowerCase(),
  );
  return missing && { code: 'not_contained', number: missing.number };
}

/** @returns undefined for what the gateway has not written */
export function parse({ record }: Pick<Row, 'record'>): AuditRecord | undefined {
  try {
    const fields: unknown = JSON.parse(record);
    return Value.Check(AuditRecord, fields) ? fields : undefined;
  } catch {
    return undefined; // somebody has written it past the checks of the table
  }
}
