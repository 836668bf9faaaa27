/** Finding programs, tried with small scripts that play them. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ManualClock } from '@dashboard/testkit/manual-clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { ProfileSummary } from '@dashboard/protocol/sessions';
import { Value } from 'typebox/value';
import { expect, test, vi } from 'vitest';
import { PROBE_FRESH_MS, PROBE_TIMEOUT_MS, VERSION_CHARS_MAX } from '../limits.ts';
import { Detector } from './detect.ts';
import { BUILT_IN_PROFILES } from './profiles.ts';

interface Machine {
  readonly detector: Detector;
  readonly clock: ManualClock;
  readonly home: string;
  readonly bin: string;
  readonly claude: string;
}

/** A machine with an empty directory first on PATH, and the system's own after it. */
async function machine(
  more: Record<string, string> = {},
  clock = new ManualClock(),
): Promise<Machine> {
  const home = await temporaryDirectory();
  const bin = join(home, 'bin');
  await mkdir(bin);
  const environment = { HOME: home, PATH: `${bin}:/usr/bin:/bin`, ...more };
  const detector = new Detector({ profiles: BUILT_IN_PROFILES, environment, clock });
  return { detector, clock, home, bin, claude: join(bin, 'claude') };
}

async function install(path: string, script: string): Promise<void> {
  await rm(path, { force: true }); // a script that is running must not change under its shell
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

async function claudeOf({ detector }: Machine): Promise<ProfileSummary | undefined> {
  return (await detector.summaries()).find(({ id }) => id === 'claude');
}

test('a program on PATH is available, with the version that it prints', async () => {
  const here = await machine();
  await install(here.claude, 'echo "2.1.330 (Claude Code)"; echo more');
  const summaries = await here.detector.summaries();
  for (const summary of summaries) expect(Value.Check(ProfileSummary, summary)).toBe(true);
  expect(summaries).toEqual([
    {
      id: 'claude',
      label: 'Claude Code',
      available: true,
      version: '2.1.330 (Claude Code)',
      takesPrompt: true,
      permissionModes: ['manual', 'acceptEdits', 'plan', 'auto', 'dontAsk'],
      takesModel: true,
      models: ['opus', 'sonnet', 'haiku'],
      canResume: true,
      canFork: true,
      isAgent: true,
      advice: null,
    },
    expect.objectContaining({ id: 'shell', available: true, version: null, takesPrompt: false }),
  ]);
});

test('a program that is missing is not available, and the summary says how to get it', async () => {
  const here = await machine({ PATH: '/nowhere' });
  expect(await claudeOf(here)).toMatchObject({
    available: false,
    version: null,
    advice: expect.stringContaining('npm install -g @anthropic-ai/claude-code'),
  });
  await expect(here.detector.find('claude')).rejects.toMatchObject({
    code: 'profile_unavailable',
    message: expect.stringContaining('npm install'),
  });
});

test('a program is also found where its own installer puts it', async () => {
  const here = await machine();
  await mkdir(join(here.home, '.local/bin'), { recursive: true });
  await install(join(here.home, '.local/bin/claude'), 'echo 1');
  const { program } = await here.detector.find('claude');
  expect(program).toBe(join(here.home, '.local/bin/claude'));
});

test('what is no program is passed over: a directory, a plain file, a relative place', async () => {
  const here = await machine();
  await install(here.claude, 'echo 1');
  const fromHere = await machine({ PATH: `${relative(process.cwd(), here.bin)}::.` });
  await expect(fromHere.detector.find('claude')).rejects.toThrow(/not installed/);

  const other = await machine();
  await mkdir(other.claude);
  await expect(other.detector.find('claude')).rejects.toThrow(/not installed/);
  await rm(other.claude, { recursive: true });
  await writeFile(other.claude, '', { mode: 0o644 });
  await expect(other.detector.find('claude')).rejects.toThrow(/not installed/);
});

test('a profile that nobody made is not found', async () => {
  const { detector } = await machine();
  for (const id of ['codex', 'toString', '']) {
    await expect(detector.find(id)).rejects.toMatchObject({ code: 'profile_not_found' });
  }
});

test.each([
  ['exit 3', /exit code 3/],
  ['kill -9 $$', /SIGKILL/],
  ['while :; do echo 0123456789012345678901234567890123456789; done', /without end/],
])('a program that answers %j is not available, and the summary says why', async (script, why) => {
  const here = await machine();
  await install(here.claude, script);
  expect(await claudeOf(here)).toMatchObject({
    available: false,
    advice: expect.stringMatching(why),
  });
});

test(
  'a program that does not answer is killed when its time is up',
  async () => {
    const here = await machine();
    const pidFile = join(here.home, 'pid');
    // The child of the child keeps the output open, and is nothing that a timeout may wait for.
    await install(here.claude, `sleep 60 & echo "$$ $!" > ${pidFile}; wait`);
    expect(await claudeOf(here)).toMatchObject({
      available: false,
      advice: expect.stringContaining('no answer within 5 s'),
    });
    const [pid = 0, grandchild = 0] = (await readFile(pidFile, 'utf8')).split(' ').map(Number);
    process.kill(grandchild, 'SIGKILL');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  },
  4 * PROBE_TIMEOUT_MS,
);

test('a version is one short line without control characters', async () => {
  const here = await machine();
  await install(here.claude, `printf '\\033]0;owned\\007 1.0 %0100d\\r\\nmore' 7`);
  const version = (await claudeOf(here))?.version ?? '';
  expect(version).toMatch(/^\]0;owned 1\.0 0+$/);
  expect(version).toHaveLength(VERSION_CHARS_MAX);
});

test('a probe knows nothing of the secrets of the worker, and asks nothing of anybody', async () => {
  const here = await machine({ WORKER_KEY_FILE: '/canary' });
  await install(here.claude, 'read answer; env > "$HOME/env"; echo "1 $answer"');
  expect(await claudeOf(here)).toMatchObject({ version: '1' });
  expect(await readFile(join(here.home, 'env'), 'utf8')).not.toContain('canary');
});

test('askers at the same time share one probe, later ones do not wait for the next', async () => {
  const here = await machine();
  const count = 'echo x >> "$HOME/count"; wc -l < "$HOME/count"';
  await install(here.claude, count);
  const [first, second] = await Promise.all([claudeOf(here), claudeOf(here)]);
  expect(first).toMatchObject({ version: '1' });
  expect(second).toEqual(first);

  here.clock.advance(PROBE_FRESH_MS - 1);
  expect(await claudeOf(here)).toMatchObject({ version: '1' });
  here.clock.advance(1);
  expect(await claudeOf(here)).toMatchObject({ version: '1' });
  await vi.waitFor(async () => expect(await claudeOf(here)).toMatchObject({ version: '2' }), 5_000);
  expect(await readFile(join(here.home, 'count'), 'utf8')).toBe('x\nx\n');
});

test('a program that is installed later can be started at once', async () => {
  const here = await machine();
  expect(await claudeOf(here)).toMatchObject({ available: false });
  await install(here.claude, 'echo 1');
  expect(await here.detector.find('claude')).toMatchObject({ program: here.claude });
});

test('the shell is the one of the environment, unless that is none to log in with', async () => {
  const shellOf = async (SHELL: string) =>
    (await (await machine({ SHELL })).detector.find('shell')).program;
  expect(await shellOf('/bin/sh')).toBe('/bin/sh');
  for (const none of ['/usr/sbin/nologin', '/bin/false', 'sh', '/no/such/shell', '']) {
    expect(await shellOf(none)).toMatch(/^\/.*sh$/);
  }
});
