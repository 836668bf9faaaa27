/**
 * compose.yml with compose.prod.yml on a real engine, looked at from inside and killed: CONTAINERS=1 with
 * the images built, as root or in the group of the secrets.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '@dashboard/testkit/api-client';
import { OWNER } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Compose, ROOT, type ContainerName } from './compose.ts';

const PORT = '43181';
const URL_OF_IT = `http://localhost:${PORT}`;
const FILES = ['compose.yml', 'compose.prod.yml'];
const COMMAND_TIMEOUT_MS = 180_000;
/** As docs/OPERATIONS.md promises: each ends by itself before it would be killed. */
const GATEWAY_STOP_MS_MAX = 15_000;
const WORKER_STOP_MS_MAX = 25_000;
const DAEMON = '^node apps/worker/src/main.ts$';
const BOTH: readonly ContainerName[] = ['gateway', 'worker'];

const secrets = join(tmpdir(), `dashboard-secrets-${process.pid}`);
const env = {
  PORT,
  SECRETS_DIR: secrets,
  ALLOWED_HOSTS: `localhost:${PORT}`,
  ALLOWED_ORIGINS: URL_OF_IT,
  LOG_LEVEL: 'trace',
};
const compose = new Compose({ project: 'dashboard-server', files: FILES, env });
const owner = new ApiClient(URL_OF_IT);

describe.runIf(process.env['CONTAINERS'] === '1')(
  'on a server',
  { timeout: COMMAND_TIMEOUT_MS },
  () => {
    const atEnd: (() => unknown)[] = [];
    let viewer: TerminalClient;

    beforeAll(async () => {
      await expectRefusalWithoutSecrets();
      execFileSync(join(ROOT, 'ops/secrets/generate.sh'), [secrets]);
      await compose.up();
      const setupUrl = await compose.logged('gateway', 'setup', 'url');
      await owner.setUp({ token: setupUrl?.split('token=')[1] ?? '', ...OWNER });
      const session = await owner.startSession({ directory: '/projects' });
      const options = { isPersistent: true, atEnd: (end: () => unknown) => void atEnd.push(end) };
      viewer = await new TerminalClient(owner, session.id, options).attach();
    }, COMMAND_TIMEOUT_MS);

    afterAll(async () => {
      for (const end of atEnd) await end();
      await compose.down();
      rmSync(secrets, { recursive: true });
    }, COMMAND_TIMEOUT_MS);

    test('a session is typed into', async () => {
      expect(await shellPid()).toBeGreaterThan(1);
    });

    test.each([
      ['gateway', 10_001],
      ['worker', 10_002],
    ] as const)(
      'every process of the %s has its own uid and may do nothing more',
      async (service, uid) => {
        const fields = '^(Uid|Gid|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs|Seccomp):';
        const lines = await compose.inside(
          service,
          `grep -hE '${fields}' /proc/[0-9]*/status | sort -u`,
        );
        const none = '0000000000000000';
        expect(lines.trim().split('\n')).toEqual([
          ...['Amb', 'Bnd', 'Eff', 'Inh', 'Prm'].map((kind) => `Cap${kind}:\t${none}`),
          ...[`Gid:\t${Array(4).fill(10_000).join('\t')}`, 'NoNewPrivs:\t1', 'Seccomp:\t2'],
          `Uid:\t${Array(4).fill(uid).join('\t')}`,
        ]);
      },
    );

    test.each(BOTH)('the %s can write to its own places alone', async (service) => {
      const places = '/ /app /etc /usr/local/bin /run /run/secrets /var/tmp /opt /home';
      const tries = `for at in ${places}; do touch $at/x 2>/dev/null && echo $at; done; true`;
      expect(await compose.inside(service, tries)).toBe('');
      const started = 'cp /bin/true /tmp/x && /tmp/x 2>&1 || echo refused; rm /tmp/x';
      expect(await compose.inside(service, started)).toContain('refused');
    });

    test('the gateway has nothing that opens a terminal or fetches a program', async () => {
      const tools = 'tmux screen git ssh curl wget npm npx corepack yarn pnpm python3 gcc make';
      expect(
        await compose.inside('gateway', `for t in ${tools}; do command -v $t; done; true`),
      ).toBe('');
      const names = "-name '*pty*.node' -o -path /app/apps/worker -o -name node-pty";
      expect(await compose.inside('gateway', `find / -xdev ${names} 2>/dev/null || true`)).toBe('');
    });

    test('the worker listens on no port, and neither reaches the other over a network', async () => {
      const sockets = await compose.inside(
        'worker',
        'cat /proc/net/tcp /proc/net/tcp6 /proc/net/udp',
      );
      expect(listening(sockets)).toEqual([]);
      expect(listening(await compose.inside('gateway', 'cat /proc/net/tcp'))).toHaveLength(1);
      expect(await compose.inside('worker', 'getent hosts gateway || echo nobody')).toBe(
        'nobody\n',
      );
      expect(await compose.inside('gateway', 'getent hosts worker || echo nobody')).toBe(
        'nobody\n',
      );
    });

    test('kill -9 of the daemon takes no session along', async () => {
      const before = { shell: await shellPid(), daemon: await daemonPid() };
      await compose.inside('worker', `kill -9 ${before.daemon}`);
      await until(async () => (await daemonPid().catch(() => before.daemon)) !== before.daemon, {
        what: 'another daemon runs',
        timeoutMs: 30_000,
      });
      expect(await shellPid()).toBe(before.shell);
      expect(await stateOf('worker')).toMatchObject({ Running: true });
      expect(await compose.logs('worker')).toContain('the daemon died');
    });

    test('another gateway takes over while the session goes on', async () => {
      const before = await shellPid();
      await compose.run(
        'up',
        '-d',
        '--no-build',
        '--wait',
        '--force-recreate',
        '--no-deps',
        'gateway',
      );
      expect(await shellPid()).toBe(before);
    });

    test('the gateway tells its viewers and ends by itself', async () => {
      const other = await new TerminalClient(owner, viewer.session, {
        atEnd: (end) => void atEnd.push(end),
      }).attach();
      await other.waitForFrame('attached');
      expect(await msOf(async () => await compose.run('stop', 'gateway'))).toBeLessThan(
        GATEWAY_STOP_MS_MAX,
      );
      expect(await stateOf('gateway')).toMatchObject({ Running: false, ExitCode: 0 });
      expect(await other.waitForClose()).not.toBe(1006);
      await compose.up();
      expect(await shellPid()).toBeGreaterThan(1);
    });

    test('no secret is in an environment, an argument, a log or what inspect shows', async () => {
      const texts = await Promise.all([
        ...BOTH.flatMap((service) => [
          compose.inspect(service),
          compose.logs(service),
          compose.inside(
            service,
            'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null || true',
          ),
        ]),
        compose.inside('worker', 'tmux -S $RUNTIME_DIR/tmux.sock show-environment -g'),
        compose.run('config'),
      ]);
      const canaries = [...secretWords(), OWNER.password];
      expect(canaries).toHaveLength(4);
      expect(texts.filter((text) => text === '')).toEqual([]);
      for (const text of texts) {
        for (const canary of canaries) expect(text.includes(canary)).toBe(false);
      }
    });

    test('when the worker stops, programs are told to hang up, and their sessions are known as lost', async () => {
      // What a shell writes down only when it is told to end, not when it is killed.
      const command = 'echo remembered by the shell';
      viewer.type(`${command}\r`);
      await viewer.waitForText(/\rremembered by the shell\r\n/);
      expect(await msOf(async () => await compose.run('stop', 'worker'))).toBeLessThan(
        WORKER_STOP_MS_MAX,
      );
      expect(await stateOf('worker')).toMatchObject({ Running: false, ExitCode: 0 });
      await compose.up();
      expect(await compose.inside('worker', 'cat ~/.bash_history')).toContain(command);
      const { phase } = await until(
        async () => await owner.session(viewer.session).catch(() => undefined),
        { what: 'the worker is reached again', timeoutMs: 30_000 },
      );
      expect(['lost', 'exited']).toContain(phase);
    });

    /** Of the shell in the session, asked through it. */
    async function shellPid(): Promise<number> {
      const mark = `m${viewer.frames.length}-${Math.round(performance.now())}`;
      viewer.type(`echo ${mark}=$$.\r`);
      const text = await viewer.waitForText(new RegExp(`${mark}=\\d+\\.`), 60_000);
      return Number(new RegExp(`${mark}=(\\d+)\\.`).exec(text)?.[1]);
    }
  },
);

/** Before there are any, with directories in place, as after a forgotten step. */
async function expectRefusalWithoutSecrets(): Promise<void> {
  for (const part of ['gateway', 'worker', 'observability']) {
    mkdirSync(join(secrets, part), { recursive: true });
  }
  await expect(compose.up()).rejects.toThrow(/secrets/);
  const said = await compose.logs('secrets');
  expect(said).toContain('gateway/worker.key is missing');
  expect(said).toContain('ops/secrets/generate.sh');
  await compose.down();
}

async function daemonPid(): Promise<number> {
  return Number((await compose.inside('worker', `pgrep -f '${DAEMON}'`)).trim());
}

async function stateOf(service: ContainerName): Promise<unknown> {
  const [found] = JSON.parse(await compose.inspect(service)) as { State: unknown }[];
  return found?.State;
}

async function msOf(act: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

/** Local addresses in /proc/net with state LISTEN, or of UDP; Docker's own resolver left out. */
function listening(table: string): string[] {
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A' || state === '07')
    .map(([, local = '']) => local)
    .filter((local) => !local.startsWith('0B00007F:'));
}

function secretWords(): string[] {
  const read = (file: string) => readFileSync(join(secrets, file), 'utf8');
  const jwtKey = /^[0-9a-f]{8} (\S+)$/m.exec(read('gateway/jwt.keys'))?.[1] ?? '';
  return [read('gateway/worker.key').trim(), jwtKey, read('gateway/metrics.token').trim()];
}
