/** Backups in a bucket: each is a folder, and whole once its manifest is there, which goes last. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OFFSITE_BACKUPS_MAX } from './limits.ts';
import { isBackupName, MANIFEST_FILE, readManifest, type Manifest } from './manifest.ts';
import { BackupRefused } from './refused.ts';
import { requireSealed } from './sealing.ts';
import type { S3 } from './s3.ts';

export class Offsite {
  readonly #s3: S3;
  readonly #prefix: string;

  /** @param prefix of all keys, empty or with a slash at its end */
  constructor(s3: S3, prefix: string) {
    this.#s3 = s3;
    this.#prefix = prefix;
  }

  /** @throws BackupRefused */
  async ship({
    name,
    directory,
    manifest,
  }: {
    readonly name: string;
    readonly directory: string;
    readonly manifest: Manifest;
  }): Promise<void> {
    for (const { file, sha256 } of manifest.databases) {
      await this.#s3.put(this.#key(name, file), join(directory, file), sha256);
    }
    const path = join(directory, MANIFEST_FILE);
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    await this.#s3.put(this.#key(name, MANIFEST_FILE), path, sha256);
  }

  /** Oldest first. Some may lack their manifest: their upload was cut short. */
  async names(): Promise<string[]> {
    const folders = await this.#s3.folders(this.#prefix, OFFSITE_BACKUPS_MAX);
    return folders.filter(isBackupName).toSorted();
  }

  /** Puts it among the backups in `directory`, whole or not at all. @throws BackupRefused */
  async fetch(name: string, directory: string): Promise<void> {
    if (!isBackupName(name)) throw new BackupRefused(`${JSON.stringify(name)} names no backup`);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const work = await mkdtemp(join(directory, '.unfinished-fetch-'));
    try {
      await this.#s3.get(this.#key(name, MANIFEST_FILE), join(work, MANIFEST_FILE));
      for (const kept of (await readManifest(work)).databases) {
        await this.#s3.get(this.#key(name, kept.file), join(work, kept.file));
        await requireSealed(join(work, kept.file), kept);
      }
      await rename(work, join(directory, name));
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }

  #key(name: string, file: string): string {
    return `${this.#prefix}${name}/${file}`;
  }
}
