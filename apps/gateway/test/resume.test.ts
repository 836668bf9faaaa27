/**
 * Sessions that have ended go on: each agent in its own conversation, in the same session. The agent
 * is a program that keeps conversations as Claude Code does, and refuses those that it did not keep.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { SessionId } from '@dashboard/protocol/ids';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import { ScreenReader } from '@dashboard/testkit/screen-reader';
import type { Stack } from '@dashboard/testkit/stack';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { afterAll, expect, test } from 'vitest';
import { EventStream } from './event-stream.ts';
import { sharedStack } from './shared-stack.ts';

/** As apps/worker/src/session/limits.ts has it. */
const LOST_RESUMES_MAX = 3;

/** Takes `say`, `clear ID` and `exit CODE` from its terminal, and notes how it was started. */
const AGENT = `#!/bin/sh
[ "$1" = --version ] && { echo 2.1.331; exit; }
echo "$*" >>"$HOME/launches"
kept=$HOME/.claude/projects/here; mkdir -p "$kept"
how=$1 conversation=$2
for argument; do case $argument in --settings=*) settings=\${argument#--settings=} ;; esac; done
session=\${settings%/*}
tell() { printf '{"session_id":"%s","source":"%s"}' "$conversation" "$1" | "\${session%/*}/forward-hook" "$session" SessionStart 5; }
if [ "$how" = --resume ] && ! [ -f "$kept/$conversation.jsonl" ]; then echo No conversation; exit 1; fi
tell startup
echo "$how $conversation"
while read -r what detail; do
  case $what in
    say) echo '{}' >>"$kept/$conversation.jsonl"; tell startup; echo said ;;
    clear) conversation=$detail; tell clear; echo "cleared $conversation" ;;
    exit) exit "$detail" ;;
  esac
done
`;

const tasks: (() => unknown)[] = [];
afterAll(async () => void (await Promise.all(tasks.map((task) => task()))));
const bin = await temporaryDirectory((task) => void tasks.push(task));
await writeFile(join(bin, 'claude'), AGENT, { mode: 0o755 });
const PATH = `${bin}:${process.env['PATH'] ?? ''}`;
const dashboard = sharedStack({ engine: 'tmux', workerEnv: { PATH } });

async function startAgent(stack: Stack, directory = stack.projects): Promise<TerminalClient> {
  const wish = { profile: 'claude', permissionMode: 'plan', model: 'opus', directory };
  const { id } = await stack.owner.startSession(wish);
  const viewer = new TerminalClient(stack.owner, id, { isPersistent: true });
  await viewer.attach();
  await viewer.waitForText('--session-id ');
  return viewer;
}

async function sessionWhen(
  { owner }: Stack,
  id: SessionId,
  fits: (session: SessionSummary) => boolean,
): Promise<SessionSummary> {
  const look = async () => {
    const session = await owner.session(id).catch(() => undefined); // the worker may be away
    return session !== undefined && fits(session) && session;
  };
  return await until(look, { what: `session ${id} is as expected`, timeoutMs: 20_000 });
}

async function resume({ owner }: Stack, id: SessionId): Promise<SessionSummary> {
  return await owner.call('resumeSession', { params: { id } });
}

async function killTmux({ directory }: Stack): Promise<void> {
  await promisify(execFile)('tmux', ['-S', join(directory, 'run/tmux.sock'), 'kill-server']);
}

async function launches({ projects }: Stack): Promise<readonly string[]> {
  return (await readFile(join(projects, 'launches'), 'utf8')).trimEnd().split('\n');
}

const isRunning = ({ phase }: SessionSummary) => phase === 'running';

/** Without a pid it is just being lost, which is not written down yet. */
const anotherThan = (before: number | null | undefined) => (session: SessionSummary) =>
  isRunning(session) && session.pid !== null && session.pid !== before;

test('agents whose tmux is killed go on, each in its own conversation, also without being asked', async () => {
  const stack = dashboard();
  const [spoken, cleared, silent] = await Promise.all([
    startAgent(stack),
    startAgent(stack),
    startAgent(stack),
  ]);
  spoken.type('say\r');
  await spoken.waitForText('said');
  cleared.type('clear second\rsay\r');
  await cleared.waitForText('said');
  await sessionWhen(stack, cleared.session, ({ conversation }) => conversation === 'second');
  const ids = [spoken, cleared, silent].map(({ session }) => session);
  const before = await Promise.all(ids.map(async (id) => await stack.owner.session(id)));
  const [first, , third] = before.map(({ conversation }) => conversation);
  const begins = [`--resume ${first ?? ''}`, '--resume second', `--session-id ${third ?? ''}`];
  const events = await EventStream.open(stack.owner);

  await killTmux(stack);
  for (const [place, id] of ids.entries()) {
    const { conversation, createdAtMs, name, pid } = before[place] ?? {};
    const isAnother = anotherThan(pid);
    const same = { conversation, createdAtMs, name, permissionMode: 'plan', model: 'opus' };
    expect(await sessionWhen(stack, id, isAnother)).toMatchObject({
      ...{ ...same, endedAtMs: null, mayResume: false },
    });
  }
  for (const [place, viewer] of [spoken, cleared, silent].entries()) {
    await viewer.waitForText(begins[place] ?? '');
  }
  const again = (await launches(stack)).slice(ids.length);
  expect(again).toHaveLength(ids.length);
  for (const begin of begins) {
    const argv = again.find((line) => line.startsWith(`${begin} `));
    expect(argv).toMatch(/--name=test --settings=\S+ --permission-mode=plan --model=opus$/);
  }
  const isTold = (id: SessionId) =>
    events.events.some(
      ({ event }) =>
        event.type === 'session' && event.session.id === id && isRunning(event.session),
    );
  await until(() => ids.every(isTold), { what: 'pages are told' });
  silent.type('say\r');
  await sessionWhen(stack, silent.session, ({ agent }) => agent?.hooks === 'alive');

  // The machine goes down, worker and all, and comes back.
  await stack.worker.kill('SIGKILL');
  await killTmux(stack);
  await stack.worker.start();
  for (const id of ids) await sessionWhen(stack, id, isRunning);
  for (const viewer of [spoken, cleared, silent]) await viewer.waitForText('--resume ');
  const afterReboot = (await launches(stack)).slice(2 * ids.length);
  expect(afterReboot.map((line) => line.split(' ').slice(0, 2).join(' ')).sort()).toEqual(
    [begins[0], begins[1], `--resume ${third ?? ''}`].sort(),
  );
}, 60_000);

test('what cannot be resumed is refused with the reason, and stays as it is', async () => {
  const stack = dashboard();
  const { owner, projects } = stack;
  const project = join(projects, 'project');
  await mkdir(project);
  const viewer = await startAgent(stack, project);
  const { session: id } = viewer;
  await expect(resume(stack, id)).rejects.toMatchObject({ code: 'conflict' });
  const observer = await owner.invite('guest', 'observer');
  await expect(observer.call('resumeSession', { params: { id } })).rejects.toMatchObject({
    code: 'forbidden',
  });

  viewer.type('say\rexit 3\r');
  const ended = await sessionWhen(stack, id, ({ phase }) => phase === 'exited');
  expect(ended).toMatchObject({ exitCode: 3, mayResume: true });
  const expectAsItWas = async () => {
    const { phase, exitCode, endedAtMs } = await owner.session(id);
    expect({ phase, exitCode, endedAtMs }).toEqual({
      phase: 'exited',
      exitCode: 3,
      endedAtMs: ended.endedAtMs,
    });
    const screen = new ScreenReader();
    const reader = await new TerminalClient(owner, id, { screen }).attach();
    await reader.waitForFrame('exited');
    expect((await screen.lines()).join('\n')).toContain('said');
    reader.close();
  };
  await rename(project, `${project}-moved`);
  await expect(resume(stack, id)).rejects.toMatchObject({ code: 'directory_not_found' });
  await expectAsItWas();
  await rename(`${project}-moved`, project);
  const inTheWay = join(stack.directory, 'run/launch', `${id}.sh`);
  await writeFile(inTheWay, '');
  await expect(resume(stack, id)).rejects.toMatchObject({ code: 'launch_failed' });
  await expectAsItWas();
  await rm(inTheWay);
  await stack.worker.kill('SIGKILL'); // also the record on disk is what it was
  await stack.worker.start();
  await sessionWhen(stack, id, () => true);
  await expectAsItWas();
  const launchedBefore = (await launches(stack)).length;
  const twice = await Promise.all([resume(stack, id), resume(stack, id)]);
  for (const session of twice) expect(session).toMatchObject({ phase: 'running', exitCode: null });
  await viewer.waitForText(`--resume ${ended.conversation ?? ''}`);
  expect(await launches(stack)).toHaveLength(launchedBefore + 1);

  const shell = await owner.startSession({ directory: projects });
  await owner.call('endSession', { params: { id: shell.id } });
  const over = await sessionWhen(stack, shell.id, ({ phase }) => phase === 'exited');
  expect(over.mayResume).toBe(false);
  await expect(resume(stack, shell.id)).rejects.toMatchObject({ code: 'not_resumable' });
}, 60_000);

test('an agent that is lost again and again is left to a person', async () => {
  const stack = dashboard();
  const { sessions } = await stack.owner.call('listSessions');
  for (const { id } of sessions.filter(isRunning)) {
    await stack.owner.call('endSession', { params: { id } });
    await sessionWhen(stack, id, ({ phase }) => phase === 'exited');
  }
  const { session: id } = await startAgent(stack);
  let { pid } = await stack.owner.session(id);
  for (let time = 0; time < LOST_RESUMES_MAX; time++) {
    await killTmux(stack);
    const isAnother = anotherThan(pid);
    ({ pid } = await sessionWhen(stack, id, isAnother));
  }
  await killTmux(stack);
  await stack.worker.logged('left_lost');
  expect(await stack.owner.session(id)).toMatchObject({ phase: 'lost', mayResume: true });
  expect(await resume(stack, id)).toMatchObject({ phase: 'running' });
}, 60_000);
