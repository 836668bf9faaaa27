/** Unit files that run what is here, as what the documents say: read by systemd itself where it is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { read, readExample } from './environment.ts';
import { ROOT } from './tree.ts';

const UNITS = 'ops/systemd';
const INSTALLED = '/opt/claude-code-dashboard';
/** Where the units take Node from; a machine with a Node of its own on PATH has no such link. */
const NODE = `${INSTALLED}/.tools/node_modules/.bin/node`;
const SYSTEMD = ['/usr/bin/systemd-analyze', '/bin/systemd-analyze'].find(existsSync);
const VERIFY_TIMEOUT_MS = 30_000;

const files = readdirSync(join(ROOT, UNITS)).filter((name) => /\.(service|timer)$/.test(name));
const services = files.filter((name) => name.endsWith('.service'));

interface Setting {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

function settingsOf(file: string): readonly Setting[] {
  const text = read(`${UNITS}/${file}`).replaceAll('\\\n', '');
  let section = '';
  return text.split('\n').flatMap((line) => {
    section = /^\[(\w+)\]$/.exec(line)?.[1] ?? section;
    const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [{ section, name, value: value ?? '' }];
  });
}

function valueOf(file: string, name: string): string | undefined {
  return settingsOf(file).find((setting) => setting.name === name)?.value;
}

test('there are two daemons, two gateways that replace each other, and backups, by accounts of their own', () => {
  expect(files.toSorted()).toEqual([
    'claude-code-dashboard-backup-gateway.service',
    'claude-code-dashboard-backup-gateway.timer',
    'claude-code-dashboard-backup-worker.service',
    'claude-code-dashboard-backup-worker.timer',
    'claude-code-dashboard-gateway.service',
    'claude-code-dashboard-gateway@.service',
    'claude-code-dashboard-worker.service',
  ]);
  const accounts = services.map((file) => valueOf(file, 'User'));
  const known = [...read(`${UNITS}/sysusers.conf`).matchAll(/^u (\S+) /gm)].map(([, name]) => name);
  expect(new Set(accounts)).toEqual(new Set(known));
});

test.each(services)('%s starts a program that is here', (file) => {
  const argv = (valueOf(file, 'ExecStart') ?? '').split(/\s+/);
  const main = argv.find((each) => each.endsWith('.ts')) ?? '';
  const [directory = ''] = (valueOf(file, 'WorkingDirectory') ?? '').split('/releases/%i');
  expect(directory).toBe(INSTALLED);
  expect(argv).toContain(NODE);
  expect(existsSync(join(ROOT, main))).toBe(true);
  expect(valueOf(file, 'NoNewPrivileges')).toBe('yes');
});

test('a worker that stops takes no session along, nor does an agent that runs out of memory', () => {
  const worker = 'claude-code-dashboard-worker.service';
  expect(valueOf(worker, 'KillMode')).toBe('process');
  expect(valueOf(worker, 'OOMPolicy')).toBe('continue');
  expect(valueOf(worker, 'RuntimeDirectoryPreserve')).toBe('yes');
  expect(valueOf(worker, 'PrivateTmp')).toBeUndefined();
});

test.each(services.filter((file) => !file.includes('backup')))(
  '%s gives a configuration that cannot be used up, and a stop more time than it takes',
  (file) => {
    expect(valueOf(file, 'RestartPreventExitStatus')).toBe('78');
    const app = file.includes('worker') ? 'apps/worker/src/main.ts' : 'apps/gateway/src/limits.ts';
    const [, seconds] = /STOP_TIMEOUT_MS = (\d+)(?:_000| \* SECOND_MS)/.exec(read(app)) ?? [];
    const given = Number(/^(\d+)s$/.exec(valueOf(file, 'TimeoutStopSec') ?? '')?.[1]);
    expect(given).toBeGreaterThan(Number(seconds));
  },
);

test('the example for production keeps files where the units let them be written', () => {
  const example = readExample(read('.env.production.example'));
  const set = Object.fromEntries([...example].map(([name, { value }]) => [name, value]));
  const state = (unit: string): string[] =>
    (valueOf(`claude-code-dashboard-${unit}.service`, 'StateDirectory') ?? '')
      .split(' ')
      .map((name) => `/var/lib/${name}`);
  expect(state('gateway')).toContain(dirname(set['DB_PATH'] ?? ''));
  expect(state('worker')).toContain(set['DATA_DIR']);
  expect(state('backup-gateway')).toContain(set['BACKUP_DIR']);
  const runtime = valueOf('claude-code-dashboard-worker.service', 'RuntimeDirectory') ?? '';
  expect(`/run/${runtime}`).toBe(dirname(set['WORKER_SOCKET'] ?? ''));
});

test.skipIf(SYSTEMD === undefined)(
  'systemd finds nothing wrong with them',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'units-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const paths = files.map((name) => {
      const text = readFileSync(join(ROOT, UNITS, name), 'utf8');
      // Installed at this place, so that it can look whether the program can be run.
      const here = text.replaceAll(NODE, process.execPath).replaceAll(INSTALLED, ROOT);
      writeFileSync(join(directory, name), here);
      return join(directory, name);
    });
    const argv = ['verify', '--man=no', ...paths];
    const ran = spawnSync(SYSTEMD ?? '', argv, { encoding: 'utf8', timeout: VERIFY_TIMEOUT_MS });
    expect([ran.status, ran.stderr]).toEqual([0, '']);
  },
  VERIFY_TIMEOUT_MS,
);
