/** S44: what the doctor finds on a machine made for it: a fake Claude Code, real files, a real disk. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HooksState } from '@dashboard/protocol/agents';
import { DoctorReport, type DoctorCheck, type DoctorCheckName } from '@dashboard/protocol/doctor';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { ProjectRoots } from '../project/index.ts';
import { BUILT_IN_PROFILES, Detector, examine } from './index.ts';

interface Machine {
  readonly home: string;
  readonly bin: string;
  readonly hooks: HooksState[];
  readonly look: (directory?: string) => Promise<Partial<Record<DoctorCheckName, DoctorCheck>>>;
}

const LOGGED_IN = '{"loggedIn": true, "authMethod": "api_key"}';

async function machine(): Promise<Machine> {
  const home = await temporaryDirectory();
  const bin = join(home, 'bin');
  await mkdir(bin);
  await mkdir(join(home, 'app/deep'), { recursive: true });
  const environment = { HOME: home, PATH: bin, SHELL: '/bin/sh' };
  const clock = new ManualClock();
  const roots = await ProjectRoots.find([join(home, 'app')]);
  const hooks: HooksState[] = [];
  const look = async (directory?: string) => {
    const detector = new Detector({ profiles: BUILT_IN_PROFILES, environment, clock });
    const agents = { hooksOf: () => hooks };
    const enter = async (path: string) => await roots.enter(path);
    const options = { detector, agents, environment, dataDirectory: home, enter };
    const report = await examine(options, directory);
    expect([...Value.Errors(DoctorReport, report)]).toEqual([]);
    return Object.fromEntries(report.checks.map((check) => [check.name, check]));
  };
  return { home, bin, hooks, look };
}

async function installClaude({ bin }: Machine, version: string, auth = LOGGED_IN): Promise<void> {
  const script = `case "$1" in auth) echo '${auth}'; exit 1 ;; *) echo '${version} (Claude Code)' ;; esac`;
  await writeFile(join(bin, 'claude'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

test('a machine with nothing on it: each thing is named with what mends it', async () => {
  const checks = await (await machine()).look();
  expect(checks.claude_found).toMatchObject({
    outcome: 'failed',
    remedy: expect.stringContaining('npm install'),
  });
  expect(checks.claude_version?.outcome).toBe('unknown');
  expect(checks.claude_authenticated?.outcome).toBe('unknown');
  expect(checks.curl?.outcome).toBe('warning');
  expect(checks.tmux?.outcome).toBe('warning');
  expect(checks.hooks_alive?.outcome).toBe('unknown');
  expect(checks.disk?.words).toMatch(/^\d+ MiB are free/);
  expect(checks.directory_trusted).toBeUndefined();
});

test('a machine with everything on it is well', async () => {
  const here = await machine();
  await installClaude(here, '2.1.331');
  await symlink('/usr/bin/curl', join(here.bin, 'curl'));
  await symlink('/usr/bin/tmux', join(here.bin, 'tmux'));
  here.hooks.push('alive', 'waiting');
  for (const check of Object.values(await here.look())) {
    if (check.name === 'disk') continue; // how full this machine is, is its own affair
    expect(check).toMatchObject({ outcome: 'ok', remedy: null });
  }
});

test.each([
  ['2.1.100', 'failed'],
  ['2.1.139', 'warning'],
  ['2.1.211', 'warning'],
  ['2.1.212', 'ok'],
  ['2.2.0', 'ok'],
  ['3.0.1', 'ok'],
  ['nightly', 'ok'],
])('version %s is %s', async (version, outcome) => {
  const here = await machine();
  await installClaude(here, version);
  expect((await here.look()).claude_version?.outcome).toBe(outcome);
});

test.each([
  ['{"loggedIn": false}', 'failed'],
  ['{"loggedIn": true}', 'ok'],
  ['who knows', 'unknown'],
  ['[]', 'unknown'],
])('a login that is told as %s is %s', async (auth, outcome) => {
  const here = await machine();
  await installClaude(here, '2.1.331', auth);
  expect((await here.look()).claude_authenticated?.outcome).toBe(outcome);
});

test('a directory is trusted where it or one above it is, and the file stays as it is', async () => {
  const here = await machine();
  const path = join(here.home, '.claude.json');
  const app = join(here.home, 'app');
  const trust = async (projects: unknown) => await writeFile(path, JSON.stringify({ projects }));
  const outcome = async () => (await here.look(join(app, 'deep'))).directory_trusted?.outcome;
  expect(await outcome()).toBe('warning');
  await trust({
    [app]: { hasTrustDialogAccepted: false },
    '/elsewhere': { hasTrustDialogAccepted: true },
  });
  expect(await outcome()).toBe('warning');
  await trust({ [app]: { hasTrustDialogAccepted: true, history: [] } });
  const before = await readFile(path);
  expect(await outcome()).toBe('ok');
  expect(await readFile(path)).toEqual(before);
  await writeFile(path, '{"projects": 7}');
  expect(await outcome()).toBe('warning');
  await expect(here.look('/etc')).rejects.toMatchObject({ code: 'directory_outside_roots' });
});

test('silent hooks and hooks that are turned off are said', async () => {
  const here = await machine();
  here.hooks.push('alive', 'inactive');
  expect((await here.look()).hooks_alive).toMatchObject({
    outcome: 'warning',
    words: '1 of 2 running agents have silent hooks.',
  });
  await mkdir(join(here.home, '.claude'));
  await writeFile(join(here.home, '.claude/settings.json'), '{"disableAllHooks": true}');
  expect((await here.look()).hooks_alive?.outcome).toBe('failed');
});
