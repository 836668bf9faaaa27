/**
 * `dashboard`: what an operator does beside the daemons. Commands in, exit code out: 0 done, 1 refused,
 * 78 a configuration that cannot be used. The only file here that reads the environment or prints.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@dashboard/runtime/clock';
import { ConfigurationError, EXIT_BAD_CONFIGURATION } from '@dashboard/runtime/config';
import { createLogger } from '@dashboard/runtime/logger';
import { runUntilSignal } from '@dashboard/runtime/run-until-signal';
import { Command, Option } from 'commander';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { BackupRefused } from '../backup/index.ts';
import { SecretsUnreachable } from '../secrets/index.ts';
import {
  backup,
  backupEvery,
  list,
  restore,
  verify,
  type ReadOptions,
  type RestoreCommandOptions,
  type Surroundings,
} from './backup-commands.ts';
import { verifyAudit, type AuditVerifyOptions } from './audit-command.ts';
import { parseBackupConfig } from './config.ts';
import { rotate, showKeys } from './keys-command.ts';
import { ngrokFile, parseNgrokConfig } from './ngrok-config.ts';
import { fetchSecrets, keepSecrets, type SecretsSurroundings } from './secrets-command.ts';

/** A backup that runs when the signal comes is finished first. */
const STOP_TIMEOUT_MS = 60_000;

const release = readRelease();
const program = new Command('dashboard')
  .description(
    'Operates a Claude Code Dashboard: backups, keys, secrets, the audit trail, the check before a tunnel.',
  )
  .version(release);

program
  .command('backup')
  .description('make a backup now, or at the times of a cron line')
  .option('--every <line>', 'stay, and make one at these times: "0 2 * * *"')
  .action(async ({ every }: { every?: string }) => {
    if (every === undefined) await backup(surroundings());
    else await stay(every);
  });

program
  .command('backups')
  .description('list the backups')
  .addOption(offsite())
  .action(async (options: ReadOptions) => await list(surroundings(), options));

program
  .command('verify')
  .description('bring a backup back for a moment, check all of it, and say RPO and RTO')
  .argument('[name]', 'of the backup; the newest')
  .addOption(offsite())
  .addOption(identity())
  .action(async (name: string | undefined, options: ReadOptions) => {
    await verify(surroundings(), name, options);
  });

program
  .command('restore')
  .description('put a backup back; the daemons are to be stopped, and what is there is moved aside')
  .argument('<name>', 'of the backup, or newest')
  .addOption(new Option('--only <database>', 'and not the other').choices(['gateway', 'sessions']))
  .option('--keep-logins', 'do not make everybody log in again')
  .addOption(offsite())
  .addOption(identity())
  .action(async (name: string, options: RestoreCommandOptions) => {
    await restore(surroundings(), name, options);
  });

const keys = program
  .command('keys')
  .description('list the keys that sign logins, by id')
  .action(async () => await showKeys(surroundingsOfKeys()));
keys
  .command('rotate')
  .description('let another key sign, without a restart and without logging anybody out')
  .action(async () => await rotate(surroundingsOfKeys()));

program
  .command('audit')
  .description('the trail of who did what')
  .command('verify')
  .description('prove that no record was changed, removed or put in; exit code 1 when one was')
  .option('--file <database>', 'of the gateway, as one from a backup; DB_PATH')
  .option('--contains <heads...>', 'ends of the trail as the log told them: number:hash')
  .action(async (options: AuditVerifyOptions) => {
    if (!(await verifyAudit(surroundingsOfKeys(), options))) process.exitCode = 1;
  });

program
  .command('secrets')
  .description('write the files of secrets from Vault or AWS: SECRETS_PROVIDER says from which')
  .option('--keep', 'stay, and write what changes there')
  .action(async ({ keep }: { keep?: true }) => {
    if (keep === true) await stayWithSecrets();
    else await fetchSecrets(surroundingsOfSecrets());
  });

program
  .command('check-ngrok')
  .description('whether the variables of a public tunnel may be used; opens none')
  .option('--write <file>', 'and, if they may, write what ngrok reads')
  .option('--to <address>', 'the gateway, as ngrok reaches it', 'localhost:3000')
  .action(({ write, to }: { write?: string; to: string }) => {
    const config = parseNgrokConfig(process.env);
    const isWanted = config !== undefined;
    if (isWanted && write !== undefined)
      writeFileSync(write, ngrokFile(config, to), { mode: 0o640 });
    console.log(isWanted ? 'the tunnel may be opened' : 'no tunnel is wanted: ENABLE_NGROK=false');
  });

try {
  await program.parseAsync();
} catch (error) {
  if (!isKnown(error)) throw error;
  const lines = error instanceof ConfigurationError ? error.problems : [error.message];
  for (const line of lines) console.error(`dashboard: ${line}`);
  process.exitCode = error instanceof ConfigurationError ? EXIT_BAD_CONFIGURATION : 1;
}

/** Told in words; anything else is a fault of ours. */
function isKnown(error: unknown): error is Error {
  const kinds = [ConfigurationError, BackupRefused, SecretsUnreachable];
  return kinds.some((kind) => error instanceof kind);
}

function offsite(): Option {
  return new Option('--offsite', 'those in the bucket');
}

function identity(): Option {
  return new Option('--identity <file>', 'of age, when the backup is encrypted');
}

function surroundings(): Surroundings {
  const config = parseBackupConfig(process.env);
  return { config, release, clock: systemClock, say: (line) => console.log(line) };
}

function surroundingsOfKeys() {
  return { env: process.env, clock: systemClock, say: (line: string) => console.log(line) };
}

function surroundingsOfSecrets(): SecretsSurroundings {
  return {
    ...surroundingsOfKeys(),
    loggerOf: ({ environment, logLevel: level }) =>
      createLogger({ service: 'secrets', release, environment, level }),
  };
}

async function stayWithSecrets(): Promise<void> {
  const kept = keepSecrets(surroundingsOfSecrets());
  if (kept === undefined) return console.log('secrets are files here: SECRETS_PROVIDER is not set');
  process.exitCode = await runUntilSignal(kept.lifecycle, {
    ...{ signals: process, clock: systemClock, logger: kept.logger },
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
}

async function stay(line: string): Promise<void> {
  const { config, clock } = surroundings();
  const { environment, logLevel: level } = config;
  const logger = createLogger({ service: 'backup', release, environment, level });
  process.exitCode = await runUntilSignal(backupEvery(line, { config, release, clock, logger }), {
    ...{ signals: process, clock, logger },
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
}

function readRelease(): string {
  const text = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  return Value.Parse(Type.Object({ version: Type.String() }), JSON.parse(text)).version;
}
