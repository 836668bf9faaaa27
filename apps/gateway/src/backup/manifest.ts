/** What a backup says of itself: which databases, of which release, how long, with which digest. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { MANIFEST_BYTES_MAX } from './limits.ts';
import { BackupRefused, inWords } from './refused.ts';

export const MANIFEST_FILE = 'manifest.json';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Count = Type.Integer({ minimum: 0 });

const KeptDatabase = Type.Object({
  name: Type.Union([Type.Literal('gateway'), Type.Literal('sessions')]),
  /** In the directory of the backup, and nowhere else. */
  file: Type.String({ pattern: '^(gateway|sessions)\\.db\\.gz(\\.age)?$' }),
  isEncrypted: Type.Boolean(),
  /** Of the file as it lies there. */
  bytes: Count,
  sha256: Sha256,
  /** Of the database that comes out of it. */
  plainBytes: Count,
  plainSha256: Sha256,
  schema: Type.Integer({ minimum: 1 }),
  rows: Type.Record(Type.String(), Count),
});
export type KeptDatabase = Static<typeof KeptDatabase>;

export const Manifest = Type.Object({
  format: Type.Literal(1),
  /** Everything that was acknowledged before this moment is in it. Milliseconds since the epoch. */
  takenAtMs: Count,
  /** Of the program that made it. */
  release: Type.String({ maxLength: 64 }),
  databases: Type.Array(KeptDatabase, { minItems: 1, maxItems: 2 }),
});
export type Manifest = Static<typeof Manifest>;

const NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/;

/** Sorts by time, and is a word in a shell, a path and an address. */
export function backupName(takenAtMs: number): string {
  return new Date(takenAtMs).toISOString().replaceAll(/[:.]/g, '-');
}

export function isBackupName(text: string): boolean {
  return NAME.test(text);
}

/** @throws BackupRefused when there is none, or it is not one of ours */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST_FILE);
  let json: unknown;
  try {
    json = JSON.parse(await readShort(path));
  } catch (error) {
    throw new BackupRefused(`${path} cannot be read: ${inWords(error)}`);
  }
  if (Value.Check(Manifest, json)) return json;
  const wrong = Value.Errors(Manifest, json).map(({ instancePath }) => instancePath || 'the whole');
  throw new BackupRefused(`${path} is no manifest of a backup: ${[...new Set(wrong)].join(', ')}`);
}

async function readShort(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MANIFEST_BYTES_MAX) throw new Error(`it has ${size} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
