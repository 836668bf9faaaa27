/**
 * Makes one backup: a verified copy of each database, sealed, read back, and only then given its name.
 * A directory with such a name is therefore a whole backup.
 */
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import { copyInUse, judgeDatabase } from '@dashboard/runtime/sqlite-judge';
import { DATABASE_NAMES, DATABASES, type DatabaseName, type DatabasePaths } from './databases.ts';
import { UNFINISHED_KEPT_MS } from './limits.ts';
import { backupName, MANIFEST_FILE, type KeptDatabase, type Manifest } from './manifest.ts';
import { BackupRefused, inWords } from './refused.ts';
import { requireSealed, seal, synchronise } from './sealing.ts';

const UNFINISHED = '.unfinished-';

export interface BackupOptions {
  /** Of all backups; made, private, if missing. */
  readonly directory: string;
  readonly databases: DatabasePaths;
  /** Who may read it, for age; nobody: it is not encrypted. */
  readonly recipients: readonly string[];
  readonly release: string;
  readonly clock: Clock;
}

export interface MadeBackup {
  readonly name: string;
  readonly directory: string;
  readonly manifest: Manifest;
}

/** @throws BackupRefused, with nothing left behind */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { directory, databases, release, clock } = options;
  if (Object.keys(databases).length === 0) {
    throw new BackupRefused('no database is named: set DB_PATH, DATA_DIR or both');
  }
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await forgetUnfinished(directory, clock);
  const takenAtMs = clock.nowMs();
  const name = backupName(takenAtMs);
  const work = join(directory, `${UNFINISHED}${name}`);
  await mkdir(work, { mode: 0o700 });
  try {
    const kept: KeptDatabase[] = [];
    for (const each of DATABASE_NAMES) {
      const path = databases[each];
      if (path !== undefined) kept.push(await keep(work, { name: each, path }, options.recipients));
    }
    const manifest: Manifest = { format: 1, takenAtMs, release, databases: kept };
    await writeFile(join(work, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    await synchronise(work);
    await rename(work, join(directory, name));
    await synchronise(directory);
    return { name, directory: join(directory, name), manifest };
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    throw error;
  }
}

async function keep(
  work: string,
  { name, path }: { readonly name: DatabaseName; readonly path: string },
  recipients: readonly string[],
): Promise<KeptDatabase> {
  const copy = join(work, `${name}.db`);
  try {
    copyInUse(path, copy);
    const { schema, rows } = judgeDatabase(copy, DATABASES[name].schema);
    const isEncrypted = recipients.length > 0;
    const file = `${name}.db.gz${isEncrypted ? '.age' : ''}`;
    const { plain, sealed } = await seal(copy, join(work, file), recipients);
    const kept: KeptDatabase = {
      ...{ name, file, isEncrypted, ...sealed, schema, rows: { ...rows } },
      plainBytes: plain.bytes,
      plainSha256: plain.sha256,
    };
    await requireSealed(join(work, file), kept);
    await rm(copy);
    return kept;
  } catch (error) {
    throw new BackupRefused(`${path}: ${inWords(error)}`, { cause: error });
  }
}

async function forgetUnfinished(directory: string, clock: Clock): Promise<void> {
  for (const entry of await readdir(directory)) {
    if (!entry.startsWith(UNFINISHED)) continue;
    const path = join(directory, entry);
    const { mtimeMs } = await stat(path);
    if (clock.nowMs() - mtimeMs > UNFINISHED_KEPT_MS) await rm(path, { recursive: true });
  }
}
