/** When the report says that something is to be mended, and how often the worker is asked. */
import { tmpdir } from 'node:os';
import { DashboardError } from '@dashboard/protocol/errors';
import type { DoctorReport } from '@dashboard/protocol/doctor';
import type { BackupRecord } from '@dashboard/runtime/backup-record';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { expect, test } from 'vitest';
import { BACKUP_AGE_MS_MAX, WORKER_REPORT_FRESH_MS } from '../limits.ts';
import { HealthReporter, type HealthReporterOptions } from './report.ts';

const HEALTH = { release: '1', pid: 1, uptimeMs: 1, sessions: 2, engines: ['tmux'] };
const WELL: DoctorReport = {
  checks: [
    { name: 'claude_version', outcome: 'ok', words: '2.1.331', remedy: null },
    { name: 'disk', outcome: 'ok', words: 'much', remedy: null },
  ],
};
const RECORD: BackupRecord = {
  ...{ version: 1, triedAtMs: 0, isOk: true, error: null, tookMs: 1, succeededAtMs: 0 },
  ...{ name: 'a', bytes: 1, offsite: 'off' },
};

function setUp(options: Partial<HealthReporterOptions> = {}) {
  const clock = new ManualClock();
  const asked = { doctor: 0 };
  const reporter = new HealthReporter({
    release: '1',
    clock,
    checks: [{ name: 'database', isOk: () => true, isRequired: true }],
    dataDirectory: tmpdir(),
    backup: undefined,
    terminals: () => 3,
    eventStreams: () => 4,
    askWorker: {
      doctor: async () => {
        asked.doctor++;
        return WELL;
      },
      health: async () => HEALTH,
    },
    ...options,
  });
  const outcome = async (name: string) =>
    (await reporter.read()).checks.find((check) => check.name === name)?.outcome;
  return { clock, asked, reporter, outcome };
}

test("the worker's machine is in it, and its disk is not taken for ours", async () => {
  const { reporter } = setUp();
  const report = await reporter.read();
  expect(report.worker).toEqual(HEALTH);
  const names = report.checks.map(({ name }) => name);
  expect(names).toEqual(['database', 'node', 'disk', 'backup', 'claude_version', 'worker_disk']);
});

test('the worker looks at its machine now and then, not for each asker', async () => {
  const { reporter, clock, asked } = setUp();
  await Promise.all([reporter.read(), reporter.read()]);
  await reporter.read();
  expect(asked.doctor).toBe(1);
  clock.advance(WORKER_REPORT_FRESH_MS);
  await reporter.read();
  expect(asked.doctor).toBe(2);
});

test('a worker that is away is not there, and is asked again by the next', async () => {
  let isAway = true;
  const away = async (): Promise<never> => {
    throw new DashboardError('worker_unavailable', 'away');
  };
  const { reporter } = setUp({
    askWorker: {
      health: async () => HEALTH,
      doctor: async () => (isAway ? await away() : WELL),
    },
  });
  expect((await reporter.read()).worker).toBeNull();
  isAway = false;
  expect((await reporter.read()).worker).toEqual(HEALTH);
});

test('backups: none looked for, none made, whole, late, failed', async () => {
  expect(await setUp().outcome('backup')).toBe('unknown');
  expect(await setUp({ backup: async () => undefined }).outcome('backup')).toBe('warning');
  const { clock, outcome } = setUp({
    backup: async () => ({ ...RECORD, succeededAtMs: madeAtMs }),
  });
  const madeAtMs = clock.nowMs();
  expect(await outcome('backup')).toBe('ok');
  clock.advance(BACKUP_AGE_MS_MAX + 1);
  expect(await outcome('backup')).toBe('warning');
  const failed = async () => ({ ...RECORD, isOk: false, error: 'the disk is full' });
  expect(await setUp({ backup: failed }).outcome('backup')).toBe('failed');
});

test('only what is required fails the whole', async () => {
  const check = (isRequired: boolean) => [{ name: 'one', isOk: () => false, isRequired }];
  expect((await setUp({ checks: check(false) }).reporter.read()).status).toBe('degraded');
  expect((await setUp({ checks: check(true) }).reporter.read()).status).toBe('failed');
  expect(setUp({ checks: check(true) }).reporter.status).toBe('failed');
});
