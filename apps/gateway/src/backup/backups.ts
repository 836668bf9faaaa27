/**
 * All backups of one directory: makes one, leaves word of how it went, lets old ones go, and sends a
 * copy elsewhere where one is wanted. A copy that does not arrive takes nothing from the one that is here.
 */
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BACKUP_RECORD_FILE,
  readBackupRecord,
  type BackupRecord,
} from '@dashboard/runtime/backup-record';
import { makeBackup, type BackupOptions, type MadeBackup } from './make-backup.ts';
import { isBackupName, readManifest, type Manifest } from './manifest.ts';
import type { Offsite } from './offsite.ts';
import { BackupRefused, inWords } from './refused.ts';
import { whichMayGo, type Retention } from './retention.ts';

export interface BackupsOptions extends BackupOptions {
  readonly retention: Retention;
  readonly offsite: Offsite | undefined;
}

export interface Listed {
  readonly name: string;
  readonly directory: string;
  /** In words, when it has no manifest that can be read. */
  readonly manifest: Manifest | string;
}

export interface Outcome {
  readonly made: MadeBackup;
  readonly record: BackupRecord;
  /** Names of those that were let go. */
  readonly gone: readonly string[];
}

export class Backups {
  readonly #options: BackupsOptions;

  constructor(options: BackupsOptions) {
    this.#options = options;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** @throws BackupRefused when none was made; word of that is left as well */
  async make(): Promise<Outcome> {
    const startedMs = this.#options.clock.monotonicMs();
    let made: MadeBackup;
    try {
      made = await makeBackup(this.#options);
    } catch (error) {
      await this.#leaveWord({ error: inWords(error), startedMs }).catch(() => undefined);
      throw error;
    }
    const shipped = await this.#ship(made);
    const gone = await this.#letGo();
    const record = await this.#leaveWord({ ...shipped, made, startedMs });
    return { made, record, gone };
  }

  /** Oldest first. */
  async all(): Promise<Listed[]> {
    const { directory } = this.#options;
    const names = await readdir(directory).catch(() => []);
    return await Promise.all(
      names
        .filter(isBackupName)
        .toSorted()
        .map(async (name) => {
          const path = join(directory, name);
          const manifest = await readManifest(path).catch(inWords);
          return { name, directory: path, manifest };
        }),
    );
  }

  /** @param wanted a name; undefined: the newest @throws BackupRefused when there is none */
  async find(wanted: string | undefined): Promise<Listed> {
    const all = await this.all();
    const found = wanted === undefined ? all.at(-1) : all.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
    const which = wanted === undefined ? 'no backup' : `no backup ${JSON.stringify(wanted)}`;
    throw new BackupRefused(`there is ${which} in ${this.directory}`);
  }

  async #ship(made: MadeBackup): Promise<Pick<BackupRecord, 'offsite' | 'error'>> {
    const { offsite } = this.#options;
    if (offsite === undefined) return { offsite: 'off', error: null };
    try {
      await offsite.ship(made);
      return { offsite: 'ok', error: null };
    } catch (error) {
      return { offsite: 'failed', error: inWords(error) };
    }
  }

  /** One whose manifest cannot be read is left for a person to look at. */
  async #letGo(): Promise<readonly string[]> {
    const { retention, clock } = this.#options;
    const readable = (await this.all()).flatMap(({ name, directory, manifest }) =>
      typeof manifest === 'string' ? [] : [{ name, directory, takenAtMs: manifest.takenAtMs }],
    );
    const times = readable.map(({ takenAtMs }) => takenAtMs);
    const old = new Set(whichMayGo(times, retention, clock.nowMs()));
    const gone = readable.filter(({ takenAtMs }) => old.has(takenAtMs));
    for (const { directory } of gone) await rm(directory, { recursive: true });
    return gone.map(({ name }) => name);
  }

  async #leaveWord(word: {
    readonly made?: MadeBackup;
    readonly error: string | null;
    readonly offsite?: BackupRecord['offsite'];
    readonly startedMs: number;
  }): Promise<BackupRecord> {
    const { clock, directory, offsite } = this.#options;
    const { made, error, startedMs } = word;
    const before = await readBackupRecord(directory);
    const record: BackupRecord = {
      version: 1,
      triedAtMs: clock.nowMs(),
      isOk: error === null,
      error,
      tookMs: Math.round(clock.monotonicMs() - startedMs),
      ...(made === undefined ? newestOf(before) : whatWasMade(made)),
      offsite: word.offsite ?? (offsite === undefined ? 'off' : 'failed'),
    };
    const path = join(directory, BACKUP_RECORD_FILE);
    await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
    return record;
  }
}

type Newest = Pick<BackupRecord, 'succeededAtMs' | 'name' | 'bytes'>;

function whatWasMade({ name, manifest }: MadeBackup): Newest {
  return { succeededAtMs: manifest.takenAtMs, name, bytes: bytesOf(manifest) };
}

/** A try that failed does not make the one before younger or older. */
function newestOf(before: BackupRecord | undefined): Newest {
  if (before === undefined) return { succeededAtMs: null, name: null, bytes: null };
  const { succeededAtMs, name, bytes } = before;
  return { succeededAtMs, name, bytes };
}

function bytesOf({ databases }: Manifest): number {
  return databases.reduce((sum, { bytes }) => sum + bytes, 0);
}
