/** From a wish to what runs, with real directories and a real program. */
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSessionId } from '@dashboard/protocol/ids';
import { SessionRecord } from '@dashboard/protocol/sessions';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { ProjectRoots } from '../project/index.ts';
import {
  accountsOf,
  BUILT_IN_PROFILES,
  Detector,
  PastConversations,
  ProfileLauncher,
  SessionFiles,
} from './index.ts';

const SESSION = makeSessionId(0, new Uint8Array(16));

interface Made {
  readonly root: string;
  readonly launcher: ProfileLauncher;
  readonly files: SessionFiles;
}

async function makeLauncher(): Promise<Made> {
  const root = await temporaryDirectory();
  await mkdir(join(root, 'app'));
  await writeFile(join(root, 'claude'), '#!/bin/sh\n', { mode: 0o755 });
  const roots = await ProjectRoots.find([root]);
  const environment = { HOME: root, PATH: root, SHELL: '/bin/sh' };
  const clock = new ManualClock();
  const detector = new Detector({ profiles: BUILT_IN_PROFILES, environment, clock });
  const enter = (path: string): Promise<string> => roots.enter(path);
  const files = new SessionFiles({
    runtimeDirectory: join(root, 'run'),
    socketPath: join(root, 'run/hooks.sock'),
    key: new Uint8Array(32),
    environment,
    uploadsOf: () => '/data/uploads/one',
  });
  const accounts = accountsOf(BUILT_IN_PROFILES, environment);
  const conversations = new PastConversations({ accounts, enter });
  const launcher = new ProfileLauncher({ detector, enter, environment, files, conversations });
  return { root, launcher, files };
}

test('the directory is where the path leads, and everything is absolute', async () => {
  const { root, launcher } = await makeLauncher();
  await symlink('app', join(root, 'link'));
  const directory = join(root, 'link');
  const launch = await launcher.prepare(SESSION, { name: 'work', profile: 'claude', directory });
  expect(launch.directory).toBe(join(root, 'app'));
  expect(launch.env['PWD']).toBe(join(root, 'app'));
  expect(launch.argv[0]).toBe(join(root, 'claude'));
});

test.each([
  [{ profile: 'codex' }, 'profile_not_found'],
  [{ directory: '/etc' }, 'directory_outside_roots'],
  [{ profile: 'shell', prompt: 'ls' }, 'invalid_request'],
])('a wish for %j is refused as %s', async (change, code) => {
  const { root, launcher } = await makeLauncher();
  const wish = { name: 'work', profile: 'claude', directory: root, ...change };
  await expect(launcher.prepare(SESSION, wish)).rejects.toMatchObject({ code });
});

test('Claude is started with settings of its own, and the files of the user stay as they are', async () => {
  const { root, launcher } = await makeLauncher();
  const own = join(root, '.claude/settings.json');
  const text =
    '{ "statusLine": {"type":"command","command":"echo mine","padding":1}, "model":"x" }\n';
  await mkdir(join(root, '.claude'));
  await writeFile(own, text);
  const wish = { name: 'work', profile: 'claude', directory: root };
  const { argv } = await launcher.prepare(SESSION, wish);
  const settings = join(root, 'run/agents', SESSION, 'settings.json');
  expect(argv).toContain(`--settings=${settings}`);
  expect((await stat(settings)).mode & 0o777).toBe(0o600);
  const written: unknown = JSON.parse(await readFile(settings, 'utf8'));
  expect(written).toMatchObject({
    hooks: { PermissionRequest: [{ hooks: [{ type: 'command', timeout: 3600 }] }] },
    statusLine: { type: 'command', padding: 1 },
    permissions: { allow: ['Read(//data/uploads/one/**)'] },
  });
  expect(await readFile(join(root, 'run/agents', SESSION, 'status-line'), 'utf8')).toBe(
    'echo mine',
  );
  expect(await readFile(own, 'utf8')).toBe(text);
});

describe('a session that has ended', () => {
  const ended: SessionRecord = Value.Parse(SessionRecord, {
    id: SESSION,
    name: '-renamed',
    profile: 'claude',
    engine: 'tmux',
    directory: '/',
    phase: 'exited',
    createdAtMs: 1,
    createdBy: '6ba7b810-9dad-41d1-80b4-00c04fd430c8',
    endedAtMs: 2,
    exitCode: 0,
    exitSignal: null,
    size: { cols: 80, rows: 24 },
    conversation: 'newest',
    permissionMode: 'plan',
    model: null,
    branch: null,
  });

  test('goes on with what was said, or begins under the same id where nothing was', async () => {
    const { root, launcher } = await makeLauncher();
    const record = { ...ended, directory: root };
    const common = [
      '--name=-renamed',
      `--settings=${join(root, 'run/agents', SESSION, 'settings.json')}`,
      '--permission-mode=plan',
    ];
    expect(await launcher.resume(record)).toMatchObject({
      argv: [join(root, 'claude'), '--session-id', 'newest', ...common],
      conversation: 'newest',
      directory: root,
    });
    await mkdir(join(root, '.claude/projects/-other-name'), { recursive: true });
    await writeFile(join(root, '.claude/projects/-other-name/newest.jsonl'), '{}\n');
    await rm(join(root, 'run/agents', SESSION), { recursive: true });
    expect(await launcher.resume(record)).toMatchObject({
      argv: [join(root, 'claude'), '--resume', 'newest', ...common],
      conversation: 'newest',
    });
    expect(await stat(join(root, 'run/agents', SESSION, 'settings.json'))).toBeDefined();
  });

  test.each([
    [{ conversation: null }, 'not_resumable'],
    [{ profile: 'shell', permissionMode: null }, 'not_resumable'],
    [{ profile: 'gone' }, 'profile_not_found'],
    [{ directory: '/etc' }, 'directory_outside_roots'],
  ])('with %j is refused as %s', async (change, code) => {
    const { root, launcher } = await makeLauncher();
    const record = { ...ended, directory: root, ...change };
    await expect(launcher.resume(record)).rejects.toMatchObject({ code });
  });
});

test('what is removed and written at once is there in the end', async () => {
  const { root, files } = await makeLauncher();
  for (let round = 0; round < 20; round++) {
    await Promise.all([files.remove(SESSION), files.write(SESSION, undefined)]);
    expect(await readdir(join(root, 'run/agents', SESSION))).toHaveLength(3);
  }
});

test('a past conversation is gone on with where it was begun, by nobody else meanwhile', async () => {
  const { root, launcher } = await makeLauncher();
  const [id, directory] = ['00000000-0000-4000-8000-000000000001', join(root, 'app')];
  const wish = { name: 'work', profile: 'claude', directory, conversation: id };
  await expect(launcher.prepare(SESSION, wish)).rejects.toMatchObject({ code: 'not_resumable' });

  await mkdir(join(root, '.claude/projects/any'), { recursive: true });
  await mkdir(join(root, '.claude/sessions'));
  const line = { type: 'user', cwd: directory, message: { content: 'Mend it' } };
  await writeFile(join(root, `.claude/projects/any/${id}.jsonl`), `${JSON.stringify(line)}\n`);
  const { argv, conversation } = await launcher.prepare(SESSION, { ...wish, prompt: 'And on' });
  expect(argv.slice(1, 3)).toEqual(['--resume', id]);
  expect(argv.slice(-2)).toEqual(['--', 'And on']);
  expect(conversation).toBe(id);

  const elsewhere = { ...wish, directory: root };
  await expect(launcher.prepare(SESSION, elsewhere)).rejects.toMatchObject({
    code: 'invalid_request',
  });
  const open = { pid: process.pid, sessionId: id, status: 'idle' };
  await writeFile(join(root, `.claude/sessions/${process.pid}.json`), JSON.stringify(open));
  await expect(launcher.prepare(SESSION, wish)).rejects.toMatchObject({
    code: 'conversation_open',
  });
});
