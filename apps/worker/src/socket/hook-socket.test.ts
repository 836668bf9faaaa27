/** Hooks as Claude Code runs them: the real forwarders, with curl and without, against the real socket. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeSessionId } from '@dashboard/protocol/ids';
import { createLogger } from '@dashboard/runtime/logger';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SessionFiles, type HookReceiver, type HookTold } from '../agent/index.ts';
import { HookSocket } from './hook-socket.ts';
import { HOOK_BODY_BYTES_MAX } from './limits.ts';

const SESSION = makeSessionId(0, new Uint8Array(16));
const OTHER = makeSessionId(1, new Uint8Array(16));
const MiB = 1024 * 1024;

interface Place {
  readonly files: SessionFiles;
  readonly socket: HookSocket;
  readonly socketPath: string;
  readonly agents: string;
  readonly hooks: HookTold[];
  readonly statusLines: unknown[];
  readonly logged: () => string;
  /** What the next hook that may be answered gets. */
  answer: (told: HookTold) => Promise<string | null>;
}

/** @param programs what the forwarders find on PATH: curl, or nothing */
async function place(programs: 'curl' | 'no curl' = 'curl'): Promise<Place> {
  const runtimeDirectory = join(await temporaryDirectory(), 'run');
  const bin = join(runtimeDirectory, 'bin');
  await mkdir(bin, { recursive: true, mode: 0o700 });
  if (programs === 'curl') await symlink('/usr/bin/curl', join(bin, 'curl'));
  const socketPath = join(runtimeDirectory, 'hooks.sock');
  const environment = { PATH: bin };
  const key = new Uint8Array(32).fill(7);
  const files = new SessionFiles({
    ...{ runtimeDirectory, socketPath, key, environment },
    uploadsOf: () => '/uploads',
  });
  const { hooks, statusLines }: Pick<Place, 'hooks' | 'statusLines'> = {
    hooks: [],
    statusLines: [],
  };
  const receiver: HookReceiver = {
    isTokenOf: (session, token) => files.isTokenOf(session, token),
    hook: async (_session, told) => {
      hooks.push(told);
      return await here.answer(told);
    },
    statusLine: (_session, body) => void statusLines.push(body),
  };
  let log = '';
  const logger = createLogger({
    ...{ service: 'worker', release: '0', environment: 'test', level: 'trace' },
    destination: { write: (line: string) => void (log += line) },
  });
  const socket = new HookSocket({ path: socketPath, receiver, logger });
  const agents = join(runtimeDirectory, 'agents');
  const here: Place = {
    ...{ files, socket, socketPath, agents, hooks, statusLines, logged: () => log },
    answer: async () => await Promise.resolve(null),
  };
  await files.start();
  await files.write(SESSION, undefined);
  await socket.start();
  onTestFinished(async () => await socket.stop());
  return here;
}

interface Ran {
  readonly pid: number | undefined;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** Runs a program as Claude Code does: JSON on its standard input, an environment of its own. */
async function run(file: string, args: readonly string[], input: string): Promise<Ran> {
  const startedMs = performance.now();
  const child = spawn(file, args, { env: { PATH: '/usr/bin:/bin' }, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  await once(child, 'close');
  return {
    pid: child.pid,
    code: child.exitCode,
    stdout,
    stderr,
    tookMs: performance.now() - startedMs,
  };
}

/** @param what the event, and for how many seconds an answer is waited for */
async function hook({ agents }: Place, what: string, input: unknown): Promise<Ran> {
  const [event = '', seconds = '5'] = what.split(' ');
  const args = [join(agents, SESSION), event, seconds];
  return await run(join(agents, 'forward-hook'), args, JSON.stringify(input));
}

const SILENT = { code: 0, stdout: '', stderr: '' };

describe.each(['curl', 'no curl'] as const)('with %s', (programs) => {
  test('a hook arrives with what it tells, and is silent', async () => {
    const here = await place(programs);
    const told = { hook_event_name: 'Stop', last_assistant_message: 'ünï "$(x)` \n' };
    expect(await hook(here, 'Stop', told)).toMatchObject(SILENT);
    expect(here.hooks).toMatchObject([{ event: 'Stop', body: told }]);
  });

  test('a hook brings the number of the process that the agent started', async () => {
    const here = await place(programs);
    const { pid } = await hook(here, 'PreToolUse', {});
    expect(here.hooks.map((told) => told.pid)).toEqual([pid]);
  });

  test('an answer is printed as it was given', async () => {
    const here = await place(programs);
    const answer = '{"hookSpecificOutput":{"message":"say \\"no\\" %s \\\\n"}}';
    here.answer = async () => await Promise.resolve(answer);
    expect(await hook(here, 'PermissionRequest', {})).toMatchObject({ code: 0, stdout: answer });
  });

  test('no worker: it ends at once, with 0 and without a word', async () => {
    const here = await place(programs);
    await here.socket.stop();
    expect(await hook(here, 'PreToolUse', {})).toMatchObject(SILENT);
  });

  test('a worker that accepts and never answers is waited for as long as was said', async () => {
    const here = await place(programs);
    await here.socket.stop();
    const deaf = createServer().listen(here.socketPath);
    onTestFinished(() => void deaf.close());
    await once(deaf, 'listening');
    expect(await hook(here, 'PreToolUse 1', {})).toMatchObject(SILENT);
  });

  test('a worker that stops lets go of whoever waits for an answer', async () => {
    const here = await place(programs);
    here.answer = async () => await new Promise(() => undefined);
    const waiting = hook(here, 'PermissionRequest 60', {});
    await until(() => here.hooks.length === 1, { what: 'the hook arrives' });
    await here.socket.stop();
    expect(await waiting).toMatchObject(SILENT);
  });

  test('half an answer is none', async () => {
    const here = await place(programs);
    await here.socket.stop();
    const head = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"hookSpecificOutput":';
    const half = createServer((peer) => peer.once('data', () => peer.end(head)));
    onTestFinished(() => void half.close());
    await once(half.listen(here.socketPath), 'listening');
    expect(await hook(here, 'PermissionRequest', {})).toMatchObject(SILENT);
  });

  test('a session that is over, or another token, is refused and silent', async () => {
    const here = await place(programs);
    await writeFile(join(here.agents, SESSION, 'headers'), 'Authorization: Bearer wrong\n');
    expect(await hook(here, 'Stop', {})).toMatchObject(SILENT);
    await here.files.remove(SESSION);
    expect(await hook(here, 'Stop', {})).toMatchObject(SILENT);
    expect(here.hooks).toEqual([]);
  });
});

test('a token is of one session, is of no use for another, and only this account can read it', async () => {
  const here = await place();
  await here.files.write(OTHER, undefined);
  const read = async (id: string) => await readFile(join(here.agents, id, 'headers'), 'utf8');
  const token = /Bearer (\S+)/.exec(await read(SESSION))?.[1] ?? '';
  expect(token).toHaveLength(43);
  expect(await read(OTHER)).not.toContain(token);
  expect(here.files.isTokenOf(SESSION, token)).toBe(true);
  for (const wrong of ['', 'x', `${token}x`])
    expect(here.files.isTokenOf(SESSION, wrong)).toBe(false);
  expect(here.files.isTokenOf(OTHER, token)).toBe(false);
  for (const name of await readdir(join(here.agents, SESSION))) {
    expect((await stat(join(here.agents, SESSION, name))).mode & 0o077).toBe(0);
  }
  expect((await stat(here.agents)).mode & 0o077).toBe(0);
});

test('an agent waits for no hook of a tool, but for what ends a turn and what may be answered', async () => {
  const here = await place();
  const text = await readFile(here.files.settingsPath(SESSION), 'utf8');
  const { hooks } = JSON.parse(text) as { hooks: Record<string, [{ hooks: [object] }]> };
  const isWaitedFor = (event: string) => !('async' in (hooks[event]?.[0].hooks[0] ?? {}));
  for (const event of ['PreToolUse', 'PostToolUse']) expect(isWaitedFor(event)).toBe(false);
  for (const event of ['UserPromptSubmit', 'PermissionRequest', 'Stop', 'SessionEnd']) {
    expect(isWaitedFor(event)).toBe(true);
  }
});

test('of a hook that is too long, its name is known', async () => {
  const here = await place();
  const tool = { tool_name: 'Read', tool_response: 'x'.repeat(3 * MiB) };
  expect(await hook(here, 'PostToolUse', tool)).toMatchObject(SILENT);
  expect(here.hooks).toMatchObject([{ event: 'PostToolUse', body: undefined }]);
  const long = { text: 'x'.repeat(HOOK_BODY_BYTES_MAX - 20) };
  await hook(here, 'PostToolUse', long);
  expect(here.hooks[1]?.body).toEqual(long);
});

test('whoever waits no longer for an answer is known to be gone', async () => {
  const here = await place();
  let gone = false;
  here.answer = async (told) => {
    told.gone.addEventListener('abort', () => (gone = true));
    return await new Promise(() => undefined);
  };
  expect(await hook(here, 'PermissionRequest 0.3', {})).toMatchObject(SILENT);
  await until(() => gone, { what: 'it is known' });
});

test.each([
  ['GET /sessions/x/hooks/Stop HTTP/1.1\r\nHost: x\r\n\r\n', '404'],
  ['POST /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n', '404'],
  [`POST /sessions/${SESSION}/hooks/Stop HTTP/1.1\r\nHost: x\r\n\r\n`, '401'],
  [`POST /sessions/${SESSION}/hooks/a%0ab HTTP/1.1\r\nHost: x\r\n\r\n`, '404'],
  ['\u0000\u0001nonsense\r\n\r\n', '400'],
])('%j is refused with %s, and nobody is told', async (request, status) => {
  const here = await place();
  const peer = connect(here.socketPath);
  peer.write(request);
  let reply = '';
  for await (const chunk of peer) reply += String(chunk);
  expect(reply).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  expect(here.hooks).toEqual([]);
});

test('nothing that a hook tells reaches the log', async () => {
  const here = await place();
  here.answer = async () => await Promise.reject(new Error('a bug'));
  const secret = 'rm -rf secret-project';
  await hook(here, 'PreToolUse', { tool_name: 'Bash', tool_input: { command: secret } });
  expect(here.logged()).toContain('a hook could not be served');
  expect(here.logged()).not.toContain('secret');
});

describe('the status line', () => {
  test('is told to us, and prints what the own one prints', async () => {
    const here = await place();
    const own = { type: 'command' as const, command: 'printf "%s|" "it\'s mine"; cat; exit 3' };
    await here.files.write(SESSION, own);
    const told = { cost: { total_cost_usd: 1 }, text: "'$x`" };
    const args = [join(here.agents, SESSION)];
    const ran = await run(join(here.agents, 'forward-status-line'), args, JSON.stringify(told));
    expect(ran).toMatchObject({ code: 3, stdout: `it's mine|${JSON.stringify(told)}` });
    await until(() => here.statusLines.length === 1, { what: 'we are told' });
    expect(here.statusLines).toEqual([told]);
  });

  test('prints nothing where there is no own one, also without a worker', async () => {
    const here = await place();
    await here.socket.stop();
    const args = [join(here.agents, SESSION)];
    expect(await run(join(here.agents, 'forward-status-line'), args, '{}')).toMatchObject(SILENT);
  });
});

test('a path with quotes and spaces is one path', async () => {
  const root = join(await temporaryDirectory(), "it's $(here)");
  await mkdir(root, { recursive: true, mode: 0o700 });
  const [socketPath, key] = [join(root, 'hooks.sock'), new Uint8Array(32)];
  const environment = { PATH: '/usr/bin' };
  const files = new SessionFiles({
    ...{ runtimeDirectory: root, socketPath, key, environment },
    uploadsOf: () => '/uploads',
  });
  await files.start();
  await files.write(SESSION, undefined);
  const settings: unknown = JSON.parse(await readFile(files.settingsPath(SESSION), 'utf8'));
  const { command } = (settings as { statusLine: { command: string } }).statusLine;
  // eslint-disable-next-line no-restricted-syntax -- how a shell reads our own text is what is looked at
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `printf '%s\\n' ${command}`]);
  const agents = join(root, 'agents');
  expect(stdout.trim().split('\n')).toEqual([
    join(agents, 'forward-status-line'),
    join(agents, SESSION),
  ]);
});
