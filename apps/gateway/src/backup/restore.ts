/**
 * Puts a backup in the place of what is there. Everything is unpacked and judged beside its place
 * first; nobody may have the databases open; and what is replaced is moved aside, never removed.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import { changeUnused, holdAlone } from '@dashboard/runtime/sqlite-judge';
import { DATABASES, type DatabasePaths } from './databases.ts';
import { backupName, readManifest, type KeptDatabase, type Manifest } from './manifest.ts';
import { BackupRefused, inWords } from './refused.ts';
import { synchronise } from './sealing.ts';
import { unpack } from './verify.ts';

export interface RestoreOptions {
  /** Of the backup. */
  readonly directory: string;
  readonly databases: DatabasePaths;
  readonly identity: string | undefined;
  readonly clock: Clock;
  /** Otherwise everybody logs in again: a login that was ended since would be good again. */
  readonly keepsLogins: boolean;
}

interface Place {
  readonly kept: KeptDatabase;
  readonly path: string;
  readonly staged: string;
  readonly aside: string;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly places: readonly { readonly path: string; readonly aside: string | undefined }[];
}

/** SQLite finds these beside the file by their names. */
const COMPANIONS = ['', '-wal', '-shm'];

/** @throws BackupRefused, with everything as it was */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const manifest = await readManifest(options.directory);
  const stamp = backupName(options.clock.nowMs());
  const places = manifest.databases.flatMap((kept): Place[] => {
    const path = options.databases[kept.name];
    if (path === undefined) return [];
    return [
      { kept, path, staged: `${path}.restoring-${stamp}`, aside: `${path}.replaced-${stamp}` },
    ];
  });
  if (places.length === 0) {
    throw new BackupRefused(
      'it holds none of the databases that are named by DB_PATH and DATA_DIR',
    );
  }
  try {
    for (const place of places) await stage(place, options);
    const replaced = await exchange(places);
    return {
      manifest,
      places: places.map(({ path, aside }) => ({
        path,
        aside: replaced.has(path) ? aside : undefined,
      })),
    };
  } finally {
    for (const { staged } of places) await rm(staged, { force: true });
  }
}

async function stage({ kept, path, staged }: Place, options: RestoreOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await unpack(kept, staged, options);
  const { onReturn } = DATABASES[kept.name];
  if (onReturn === undefined || options.keepsLogins) return;
  changeUnused(staged, onReturn);
  await synchronise(staged);
}

/** All or none. @returns the paths at which something was before */
async function exchange(places: readonly Place[]): Promise<ReadonlySet<string>> {
  const present = places.filter(({ path }) => existsSync(path));
  const releases: (() => void)[] = [];
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { path } of present) releases.push(holdAlone(path));
    for (const place of places) await replace(place, undo);
    return new Set(present.map(({ path }) => path));
  } catch (error) {
    for (const step of undo.toReversed()) await step();
    throw new BackupRefused(inWords(error), { cause: error });
  } finally {
    for (const release of releases) release();
  }
}

async function replace(
  { path, staged, aside }: Place,
  undo: (() => Promise<void>)[],
): Promise<void> {
  for (const companion of COMPANIONS) {
    const [from, to] = [`${path}${companion}`, `${aside}${companion}`];
    if (!existsSync(from)) continue;
    await rename(from, to);
    undo.push(() => rename(to, from));
  }
  await rename(staged, path);
  undo.push(() => rename(path, staged));
  await synchronise(dirname(path));
}
