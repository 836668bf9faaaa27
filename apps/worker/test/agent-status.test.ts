/**
 * What a worker says of an agent, from the launch to the end: a program in a real pane that runs our
 * real forwarders and writes a registry, as Claude Code does, and that a test tells what to do.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SessionSummary } from '@dashboard/protocol/sessions';
import { systemClock } from '@dashboard/runtime/clock';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { until } from '@dashboard/testkit/until';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, onTestFinished, test } from 'vitest';
import type { SocketPeer } from './socket-peer.ts';
import { startWorker, type TestWorker } from './start-worker.ts';

/** Takes one order a line from a FIFO: `hook EVENT JSON`, `registry - FIELDS`, `exit CODE`. */
const PROGRAM = `#!/bin/sh
[ "$1" = --version ] && { echo 2.1.331; exit; }
for argument; do case $argument in --settings=*) settings=\${argument#--settings=} ;; esac; done
session=\${settings%/*} registry=$HOME/.claude/sessions/$$.json
mkdir -p "$HOME/.claude/sessions"
while :; do
  while read -r what detail json; do
    case $what in
      hook) printf %s "$json" | "\${session%/*}/forward-hook" "$session" "$detail" 5; echo "hook $?" ;;
      registry) printf '{"pid":%s,%s}' $$ "$json" >"$registry.new"; mv "$registry.new" "$registry" ;;
      exit) exit "$detail" ;;
    esac
  done <"$HOME/orders"
done
`;
const SETTINGS = '{"statusLine": {"type": "command", "command": "echo mine"}}';
const Reply = Type.Object({ result: SessionSummary });

interface Agent {
  readonly worker: TestWorker;
  readonly id: string;
  readonly order: (line: string) => Promise<void>;
  readonly hook: (event: string, body?: object) => Promise<void>;
  readonly registry: (status: string, more?: object) => Promise<void>;
  readonly summary: () => Promise<SessionSummary>;
  /** Waits for a state. @returns the session then */
  readonly state: (state: string) => Promise<SessionSummary>;
  readonly reconnect: () => Promise<void>;
}

async function startAgent(): Promise<Agent> {
  const bin = await temporaryDirectory();
  await writeFile(join(bin, 'claude'), PROGRAM, { mode: 0o755 });
  const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
  const worker = await startWorker({ SESSION_ENGINE: 'tmux', PATH });
  const home = worker.projects;
  await mkdir(join(home, '.claude'));
  await writeFile(join(home, '.claude/settings.json'), SETTINGS);
  await promisify(execFile)('mkfifo', [join(home, 'orders')]);
  onTestFinished(async () => await endProgram(join(home, 'orders')));
  let peer = await greeted(worker);
  const ask = async (method: string, params: object): Promise<SessionSummary> =>
    Value.Parse(Reply, await peer.request({ method, params })).result;
  const session = { name: 'x', profile: 'claude', directory: home, permissionMode: 'plan' };
  const { id } = await ask('sessions.create', { session });
  const order = async (line: string) => await writeFile(join(home, 'orders'), `${line}\n`);
  const summary = async () => await ask('sessions.get', { id });
  return {
    ...{ worker, id, order, summary },
    hook: async (event, body = {}) => await order(`hook ${event} ${JSON.stringify(body)}`),
    registry: async (status, more = {}) => {
      const entry = { sessionId: 'first', status, statusUpdatedAt: systemClock.nowMs(), ...more };
      await order(`registry - ${JSON.stringify(entry).slice(1, -1)}`);
    },
    state: async (state) => {
      const reached = async () => {
        const session = await summary();
        return session.agent?.state === state && session;
      };
      return await until(reached, { what: `the agent is ${state}` });
    },
    reconnect: async () => void (peer = await greeted(worker)),
  };
}

/** It reads nothing from its terminal, so that it would not miss it. */
async function endProgram(orders: string): Promise<void> {
  const writeIfRead = constants.O_WRONLY | constants.O_NONBLOCK;
  const fifo = await open(orders, writeIfRead).catch(() => undefined);
  await fifo?.writeFile('exit 0\n');
  await fifo?.close();
}

async function greeted(worker: TestWorker): Promise<SocketPeer> {
  const peer = await worker.connect();
  expect(await peer.greet({ for: 'requests' })).toHaveProperty('proof');
  return peer;
}

const FIRST = { session_id: 'first' };
const BASH = { ...FIRST, tool_name: 'Bash', tool_input: { command: 'npm test' } };

test('an agent is followed from its launch to its end', async () => {
  const agent = await startAgent();
  expect((await agent.state('starting')).agent).toMatchObject({ hooks: 'waiting' });
  await agent.hook('SessionStart', { ...FIRST, source: 'startup' });
  expect(await agent.state('idle')).toMatchObject({
    conversation: 'first',
    agent: { hooks: 'alive' },
  });
  await agent.hook('UserPromptSubmit', FIRST);
  await agent.registry('busy');
  await agent.state('working');
  await agent.hook('PermissionRequest', BASH);
  expect((await agent.state('needs_permission')).agent).toMatchObject({
    doing: 'Bash: npm test',
    evidence: { signal: 'hook', what: 'PermissionRequest' },
  });
  await agent.registry('waiting', { waitingFor: 'permission prompt' });
  await agent.registry('idle');
  expect((await agent.state('interrupted')).agent).toMatchObject({
    doing: null,
    evidence: { signal: 'registry' },
  });
  const { preview } = await until(
    async () => {
      const session = await agent.summary();
      return session.preview.length >= 3 && session;
    },
    { what: 'the hooks have ended' },
  );
  // Each ended with 0 and printed nothing: what was asked is still to be answered in the terminal.
  expect(new Set(preview)).toEqual(new Set(['hook 0']));

  const settings = join(agent.worker.projects, '.claude/settings.json');
  const ours = join(dirname(agent.worker.socketPath), 'agents', agent.id);
  expect((await stat(ours)).mode & 0o777).toBe(0o700);
  await agent.order('exit 3');
  expect((await agent.state('exited')).agent?.reason).toBe('ended with exit code 3');
  const isGone = async () =>
    await stat(ours).then(
      () => false,
      () => true,
    );
  await until(isGone, { what: 'our files are removed' });
  expect(await readFile(settings, 'utf8')).toBe(SETTINGS);
}, 30_000);

test('the newest conversation outlives the worker, and hooks find the next one', async () => {
  const agent = await startAgent();
  await agent.hook('SessionStart', { ...FIRST, source: 'startup' });
  await agent.state('idle');
  await agent.hook('SessionStart', { session_id: 'second', source: 'clear' });
  const isSecond = async () => (await agent.summary()).conversation === 'second';
  await until(isSecond, { what: 'the conversation is another' });

  await agent.worker.daemon.kill('SIGKILL');
  await agent.hook('Stop', { session_id: 'second' }); // nobody hears it, and the agent goes on
  await agent.registry('busy', { sessionId: 'second' });
  await agent.worker.daemon.start();
  await agent.reconnect();
  const adopted = await agent.state('working');
  expect(adopted).toMatchObject({
    conversation: 'second',
    agent: { hooks: 'waiting', evidence: { signal: 'registry' } },
  });
  await agent.hook('Stop', { session_id: 'second', last_assistant_message: 'Done.' });
  expect((await agent.state('idle')).agent).toMatchObject({ hooks: 'alive', lastWords: 'Done.' });
}, 30_000);
