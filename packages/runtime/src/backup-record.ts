/**
 * What a backup leaves for whoever watches: one small file beside the backups, replaced as a whole
 * after each try. Whoever makes backups writes it, health and metrics read it; they share no process.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';

/** In the directory of backups. */
export const BACKUP_RECORD_FILE = 'last.json';

const NullableCount = Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]);

export const BackupRecord = Type.Object({
  version: Type.Literal(1),
  /** When the last try was over, milliseconds since the epoch. */
  triedAtMs: Type.Integer({ minimum: 0 }),
  isOk: Type.Boolean(),
  /** In words, when the last try failed. */
  error: Type.Union([Type.String(), Type.Null()]),
  tookMs: Type.Integer({ minimum: 0 }),
  /** The moment that the newest whole backup shows; null while there is none. */
  succeededAtMs: NullableCount,
  /** Of the newest whole backup. */
  name: Type.Union([Type.String(), Type.Null()]),
  bytes: NullableCount,
  /** How its copy elsewhere went; off where none is asked for. */
  offsite: Type.Union([Type.Literal('off'), Type.Literal('ok'), Type.Literal('failed')]),
});
export type BackupRecord = Static<typeof BackupRecord>;

/** @returns undefined where no backup was ever tried, or what is there cannot be read */
export async function readBackupRecord(directory: string): Promise<BackupRecord | undefined> {
  try {
    const json: unknown = JSON.parse(await readFile(join(directory, BACKUP_RECORD_FILE), 'utf8'));
    return Value.Check(BackupRecord, json) ? json : undefined;
  } catch {
    return undefined;
  }
}
