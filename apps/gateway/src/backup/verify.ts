/** Looks a backup over: digests, and where it can be read, the databases themselves. Changes nothing. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeDatabase } from '@dashboard/runtime/sqlite-judge';
import { DATABASES } from './databases.ts';
import { readManifest, type KeptDatabase, type Manifest } from './manifest.ts';
import { BackupRefused, inWords } from './refused.ts';
import { requireSealed, unseal } from './sealing.ts';

export interface VerifyOptions {
  /** Of the backup. */
  readonly directory: string;
  /** Where databases may be unpacked for a moment: they are as secret as what is backed up. */
  readonly scratch: string;
  readonly identity: string | undefined;
}

export interface Verified {
  readonly manifest: Manifest;
  /** Encrypted, and no identity was given: only their digests were compared. */
  readonly unread: readonly KeptDatabase[];
}

/** @throws BackupRefused naming the first thing that is wrong */
export async function verifyBackup(options: VerifyOptions): Promise<Verified> {
  const manifest = await readManifest(options.directory);
  const work = await mkdtemp(join(options.scratch, '.verify-'));
  try {
    const unread: KeptDatabase[] = [];
    for (const kept of manifest.databases) {
      const canRead = !kept.isEncrypted || options.identity !== undefined;
      if (canRead) await unpack(kept, join(work, `${kept.name}.db`), options);
      else {
        await requireSealed(join(options.directory, kept.file), kept);
        unread.push(kept);
      }
    }
    return { manifest, unread };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @throws BackupRefused; what is at `to` is then not to be used */
export async function unpack(
  kept: KeptDatabase,
  to: string,
  { directory, identity }: Pick<VerifyOptions, 'directory' | 'identity'>,
): Promise<void> {
  const file = join(directory, kept.file);
  await requireSealed(file, kept);
  await unseal(file, to, { kept, identity });
  try {
    const { schema, rows } = judgeDatabase(to, DATABASES[kept.name].schema);
    if (schema !== kept.schema) throw new Error(`schema ${schema}, not ${kept.schema}`);
    const differing = Object.entries(kept.rows).filter(([table, count]) => rows[table] !== count);
    if (differing.length > 0) {
      throw new Error(`other rows in ${differing.map(([table]) => table).join(', ')}`);
    }
  } catch (error) {
    throw new BackupRefused(`${file}: ${inWords(error)}`, { cause: error });
  }
}
