/** What is measured and reported of the gateway, asked of its parts when somebody looks. */
import { dirname } from 'node:path';
import { readBackupRecord } from '@dashboard/runtime/backup-record';
import type { Clock } from '@dashboard/runtime/clock';
import type { EventLoopDelay } from '@dashboard/runtime/event-loop-delay';
import { registerProcessMetrics } from '@dashboard/runtime/process-metrics';
import type { Registry } from 'prom-client';
import type { Auth } from './auth/index.ts';
import type { GatewayConfig } from './config.ts';
import type { EventHub } from './events/index.ts';
import { ageOf, HealthReporter, type HealthCheck } from './health/index.ts';
import { registerGatewayGauges, type BackupMeasured } from './metrics.ts';
import type { RelayTable } from './relay/index.ts';
import { askedByGateway, type Worker } from './workers/index.ts';

const MS_PER_S = 1000;

export interface MeasuredGateway {
  readonly config: Pick<GatewayConfig, 'release' | 'databasePath' | 'backupDirectory'>;
  readonly clock: Clock;
  readonly delay: EventLoopDelay;
  readonly auth: Auth;
  readonly worker: Worker;
  readonly hub: EventHub;
  readonly relays: RelayTable;
}

export interface Watch {
  readonly checks: readonly HealthCheck[];
  readonly reporter: HealthReporter;
}

/** Registers what is collected. */
export function measureGateway(registry: Registry, measured: MeasuredGateway): Watch {
  const { config, clock, delay, auth, hub, relays } = measured;
  const { release } = config;
  const dataDirectory = dirname(config.databasePath);
  const checks = checksOf(measured);
  const connections = { terminals: () => relays.size, eventStreams: () => hub.readers };
  registerProcessMetrics(registry, { app: 'gateway', release, dataDirectory, delay });
  registerGatewayGauges(registry, {
    ...connections,
    checks: () => checks.map(({ name, isOk }) => ({ name, isPassed: isOk() })),
    keyAgeSeconds: async () => {
      const madeAtMs = await auth.signingKeyMadeAtMs();
      return madeAtMs === undefined ? undefined : (clock.nowMs() - madeAtMs) / MS_PER_S;
    },
    backup: async () => await measureBackup(config.backupDirectory, clock),
  });
  return { checks, reporter: reporterOf(measured, { checks, dataDirectory, ...connections }) };
}

function checksOf({ auth, relays, worker }: MeasuredGateway): readonly HealthCheck[] {
  return [
    { name: 'database', isOk: () => auth.database.isOpen, isRequired: true },
    { name: 'admission', isOk: () => !relays.isDraining, isRequired: true },
    { name: 'storage', isOk: () => auth.database.takesChanges, isRequired: false },
    { name: 'worker', isOk: () => worker.isConnected, isRequired: false },
  ];
}

function reporterOf(
  { config: { release, backupDirectory }, clock, worker }: MeasuredGateway,
  known: Pick<
    ConstructorParameters<typeof HealthReporter>[0],
    'checks' | 'dataDirectory' | 'terminals' | 'eventStreams'
  >,
): HealthReporter {
  return new HealthReporter({
    ...{ release, clock, ...known },
    backup:
      backupDirectory === undefined
        ? undefined
        : async () => await readBackupRecord(backupDirectory),
    askWorker: {
      doctor: async () => await worker.call('doctor', {}, askedByGateway('operator', 'health')),
      health: async () => await worker.call('health', {}, askedByGateway('observer', 'health')),
    },
  });
}

async function measureBackup(directory: string | undefined, clock: Clock): Promise<BackupMeasured> {
  const record = directory === undefined ? undefined : await readBackupRecord(directory);
  const ageMs = record === undefined ? undefined : ageOf(record, clock);
  return {
    isConfigured: directory !== undefined,
    ageSeconds: ageMs === undefined ? undefined : ageMs / MS_PER_S,
    isOk: record?.isOk === true,
  };
}
