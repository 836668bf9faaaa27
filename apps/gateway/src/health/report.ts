/**
 * Everything an operator asks first, in one answer. Nothing of it decides whether the gateway is
 * ready but the required checks: a worker, a program or a disk that is not well is told, and pages,
 * logins and the coming back go on.
 */
import { statfs } from 'node:fs/promises';
import type { DoctorOutcome } from '@dashboard/protocol/doctor';
import type { WorkerHealth } from '@dashboard/protocol/worker/requests';
import { MiB } from '@dashboard/protocol/limits';
import type { BackupRecord } from '@dashboard/runtime/backup-record';
import type { Clock } from '@dashboard/runtime/clock';
import {
  BACKUP_AGE_MS_MAX,
  DISK_FREE_BYTES_MIN,
  DISK_FREE_BYTES_WANTED,
  NODE_VERSION_WANTED,
} from '../limits.ts';
import { isReady, type HealthCheck } from './checks.ts';
import { WorkerReport, type AskWorker } from './worker-report.ts';

export interface HealthFinding {
  readonly name: string;
  readonly outcome: DoctorOutcome;
  readonly words: string;
}

export interface HealthReport {
  /** failed: not ready. degraded: something is to be mended, and we serve. */
  readonly status: 'ok' | 'degraded' | 'failed';
  readonly release: string;
  readonly node: string;
  readonly uptimeMs: number;
  readonly checks: readonly HealthFinding[];
  readonly connections: { readonly terminals: number; readonly eventStreams: number };
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number };
  /** Null while it is not reached. */
  readonly worker: WorkerHealth | null;
}

export interface HealthReporterOptions {
  readonly release: string;
  readonly clock: Clock;
  readonly checks: readonly HealthCheck[];
  /** On whose disk room is needed. */
  readonly dataDirectory: string;
  /** Undefined where no backups are looked for. */
  readonly backup: (() => Promise<BackupRecord | undefined>) | undefined;
  readonly terminals: () => number;
  readonly eventStreams: () => number;
  readonly askWorker: AskWorker;
}

const MS_PER_S = 1000;
const MS_PER_HOUR = 3_600_000;

export class HealthReporter {
  readonly #options: HealthReporterOptions;
  readonly #worker: WorkerReport;

  constructor(options: HealthReporterOptions) {
    this.#options = options;
    this.#worker = new WorkerReport(options.askWorker, options.clock);
  }

  /** What whoever asks may know. */
  get status(): 'ok' | 'failed' {
    return isReady(this.#options.checks) ? 'ok' : 'failed';
  }

  async read(): Promise<HealthReport> {
    const { release, checks, terminals, eventStreams } = this.#options;
    const [disk, backup, worker] = await Promise.all([
      this.#disk(),
      this.#backup(),
      this.#worker.read(),
    ]);
    const findings = [...checks.map(inWords), node(), disk, backup, ...worker.checks];
    const isWell = findings.every(({ outcome }) => outcome === 'ok' || outcome === 'unknown');
    const { rss, heapUsed } = process.memoryUsage();
    return {
      status: this.status === 'failed' ? 'failed' : isWell ? 'ok' : 'degraded',
      release,
      node: process.version,
      uptimeMs: Math.round(process.uptime() * MS_PER_S),
      checks: findings,
      connections: { terminals: terminals(), eventStreams: eventStreams() },
      memory: { rssBytes: rss, heapUsedBytes: heapUsed },
      worker: worker.health,
    };
  }

  async #disk(): Promise<HealthFinding> {
    const disk = await statfs(this.#options.dataDirectory).catch(() => undefined);
    if (disk === undefined) return finding('disk', 'unknown', 'The disk tells nothing.');
    const free = disk.bavail * disk.bsize;
    const words = `${Math.floor(free / MiB)} MiB are free where people and logins are kept.`;
    if (free < DISK_FREE_BYTES_MIN) return finding('disk', 'failed', words);
    return finding('disk', free < DISK_FREE_BYTES_WANTED ? 'warning' : 'ok', words);
  }

  async #backup(): Promise<HealthFinding> {
    const { backup, clock } = this.#options;
    if (backup === undefined) return finding('backup', 'unknown', 'No backup is configured.');
    const record = await backup();
    if (record === undefined) return finding('backup', 'warning', 'No backup was ever made.');
    const ageMs = ageOf(record, clock);
    const age = ageMs === undefined ? 'there is none' : `${Math.floor(ageMs / MS_PER_HOUR)} h old`;
    if (!record.isOk) {
      const words = `The last try failed: ${record.error ?? 'it does not say why'}`;
      return finding('backup', 'failed', `${words}; the newest whole backup: ${age}.`);
    }
    const isOld = ageMs === undefined || ageMs > BACKUP_AGE_MS_MAX;
    return finding('backup', isOld ? 'warning' : 'ok', `The newest whole backup: ${age}.`);
  }
}

/** @returns milliseconds since the newest whole backup; undefined while there is none */
export function ageOf(
  { succeededAtMs }: Pick<BackupRecord, 'succeededAtMs'>,
  clock: Clock,
): number | undefined {
  return succeededAtMs === null ? undefined : Math.max(0, clock.nowMs() - succeededAtMs);
}

function finding(name: string, outcome: DoctorOutcome, words: string): HealthFinding {
  return { name, outcome, words };
}

function inWords({ name, isOk }: HealthCheck): HealthFinding {
  return isOk()
    ? finding(name, 'ok', `The ${name} is well.`)
    : finding(name, 'failed', `The ${name} is not well; the log says more.`);
}

function node(): HealthFinding {
  const major = Number(/^v(\d+)/.exec(process.version)?.[1]);
  const words = `Node ${process.version}; ${NODE_VERSION_WANTED} is what it is tested with.`;
  return finding('node', major >= NODE_VERSION_WANTED ? 'ok' : 'warning', words);
}
