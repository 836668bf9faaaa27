/** `dashboard backup|backups|verify|restore`: what each does and says. Knows no process. */
import { mkdir } from 'node:fs/promises';
import type { Clock } from '@dashboard/runtime/clock';
import { Lifecycle } from '@dashboard/runtime/lifecycle';
import type { Logger } from '@dashboard/runtime/logger';
import {
  BackupRefused,
  restoreBackup,
  Schedule,
  verifyBackup,
  type Listed,
} from '../backup/index.ts';
import { openBackups, openOffsite, readIdentity, type BackupConfig } from './config.ts';
import { backupInWords, sizeInWords, timeInWords } from './words.ts';

export interface Surroundings {
  readonly config: BackupConfig;
  readonly release: string;
  readonly clock: Clock;
  /** Prints a line. */
  readonly say: (line: string) => void;
}

export interface ReadOptions {
  /** File of the age identity, before the one of the configuration. */
  readonly identity?: string;
  /** Brings it from the bucket first. */
  readonly offsite?: true;
}

export interface RestoreCommandOptions extends ReadOptions {
  readonly only?: 'gateway' | 'sessions';
  readonly keepLogins?: true;
}

/** @throws BackupRefused when there is no backup, or no copy elsewhere where one is wanted */
export async function backup({ config, release, clock, say }: Surroundings): Promise<void> {
  const { made, record, gone } = await openBackups(config, { release, clock }).make();
  say(`${made.directory}: ${sizeInWords(record.bytes ?? 0)} in ${timeInWords(record.tookMs)}`);
  if (gone.length > 0) say(`let go: ${gone.join(', ')}`);
  if (record.error !== null)
    throw new BackupRefused(`it is here, but not off-site: ${record.error}`);
  if (record.offsite === 'ok') say(`off-site: in the bucket ${config.s3?.bucket ?? ''}`);
}

/** A small daemon: logs what it does, and goes on after a failure. */
export function backupEvery(
  line: string,
  { config, release, clock, logger }: Omit<Surroundings, 'say'> & { readonly logger: Logger },
): Lifecycle {
  const backups = openBackups(config, { release, clock });
  const task = async (): Promise<void> => {
    try {
      const { made, record, gone } = await backups.make();
      const { tookMs, bytes, offsite, error } = record;
      const told = { event: 'backup', backup: made.name, bytes, tookMs, offsite, gone };
      if (error === null) logger.info(told, 'backup made');
      else logger.error({ ...told, error }, 'backup made, but not off-site');
    } catch (err) {
      logger.error({ event: 'backup_failed', err }, 'no backup was made');
    }
  };
  const planned = (atMs: number): void =>
    logger.info({ event: 'planned', at: new Date(atMs).toISOString() }, 'next backup planned');
  return new Lifecycle([new Schedule({ line, clock, task, planned })], { clock });
}

export async function list(
  { config, release, clock, say }: Surroundings,
  options: ReadOptions,
): Promise<void> {
  if (options.offsite === true) {
    const names = await requireOffsite(config, clock).names();
    return say(names.length === 0 ? 'no backup is there' : names.join('\n'));
  }
  const all = await openBackups(config, { release, clock }).all();
  say(all.length === 0 ? `no backup in ${config.directory}` : all.map(backupInWords).join('\n'));
}

/** Brings the newest, or the one that is named, back into a place for a moment: a drill. */
export async function verify(
  around: Surroundings,
  name: string | undefined,
  options: ReadOptions,
): Promise<void> {
  const { config, clock, say } = around;
  const startedMs = clock.monotonicMs();
  const found = await find(around, name, options);
  await mkdir(config.directory, { recursive: true, mode: 0o700 });
  const identity = readIdentity(options.identity) ?? config.identity;
  const where = { directory: found.directory, scratch: config.directory };
  const { manifest, unread } = await verifyBackup({ ...where, identity });
  say(backupInWords({ ...found, manifest }));
  if (unread.length > 0) {
    say('its digests are right; what is in it was not read: name the age identity with --identity');
  } else say('it is whole: unpacked, checked, and its rows are those that were backed up');
  say(`RPO ${timeInWords(clock.nowMs() - manifest.takenAtMs)} (what is younger would be lost)`);
  say(`RTO ${timeInWords(clock.monotonicMs() - startedMs)} (to have it back, without a restart)`);
}

export async function restore(
  around: Surroundings,
  name: string,
  options: RestoreCommandOptions,
): Promise<void> {
  const { config, clock, say } = around;
  const startedMs = clock.monotonicMs();
  const found = await find(around, name === 'newest' ? undefined : name, options);
  const { gateway, sessions } = config.databases;
  const { manifest, places } = await restoreBackup({
    directory: found.directory,
    databases: {
      ...(gateway !== undefined && options.only !== 'sessions' ? { gateway } : {}),
      ...(sessions !== undefined && options.only !== 'gateway' ? { sessions } : {}),
    },
    identity: readIdentity(options.identity) ?? config.identity,
    clock,
    keepsLogins: options.keepLogins === true,
  });
  for (const { path, aside } of places) {
    say(`${path} is that of ${new Date(manifest.takenAtMs).toISOString()}`);
    if (aside !== undefined) say(`  what was there is ${aside}`);
  }
  say(`took ${timeInWords(clock.monotonicMs() - startedMs)}; start the dashboard`);
}

async function find(
  around: Surroundings,
  name: string | undefined,
  { offsite }: ReadOptions,
): Promise<Listed> {
  const { config, release, clock, say } = around;
  const backups = openBackups(config, { release, clock });
  if (offsite !== true) return await backups.find(name);
  const there = requireOffsite(config, clock);
  const wanted = name ?? (await there.names()).at(-1);
  if (wanted === undefined) throw new BackupRefused('there is no backup in the bucket');
  const isHere = (await backups.all()).some((each) => each.name === wanted);
  if (!isHere) {
    await there.fetch(wanted, config.directory);
    say(`brought ${wanted} from the bucket`);
  }
  return await backups.find(wanted);
}

function requireOffsite(config: BackupConfig, clock: Clock) {
  const offsite = openOffsite(config, clock);
  if (offsite !== undefined) return offsite;
  throw new BackupRefused('no bucket is configured: BACKUP_S3_ENDPOINT and its neighbours');
}
