/**
 * What it costs an agent that we are told of what it does: a call of a tool with our hooks and without,
 * and the forwarder that Claude Code runs for each, started as it starts it, beside a program that does
 * nothing. And what it costs when there is no worker to be told.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@dashboard/runtime/clock';
import { makeClaudeHome } from '@dashboard/testkit/claude-home';
import { startStack, type Stack } from '@dashboard/testkit/stack';
import { until } from '@dashboard/testkit/until';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { figure, inTurn, median, percentile, type Claim, type Table } from '../measure/index.ts';
import type { Findings, Row, Setting } from './row.ts';
import { toolCalls } from './tool-calls.ts';

const CALLS = 20;
/** As long as the input of a tool is that writes a small file. */
const INPUT_CHARS = 2_000;
const CALL_MS_MAX = 15;
const DOWN_MS_MAX = 250;

const Hook = Type.Object({ command: Type.String(), args: Type.Array(Type.String()) });
type Hook = Static<typeof Hook>;
const Settings = Type.Object({
  hooks: Type.Record(Type.String(), Type.Array(Type.Object({ hooks: Type.Array(Hook) }))),
});

export const hooks: Row = { what: 'what hooks cost an agent for each tool call', run };

interface Result {
  readonly timesMs: readonly number[];
  /** Ended with something else than 0, or printed something: the agent would have noticed. */
  readonly noticed: number;
}

async function run(setting: Setting): Promise<Findings> {
  const calls = await toolCalls(setting);
  const forwarders = await runForwarders(setting);
  if (typeof calls === 'string') {
    return { ...forwarders, notes: [...forwarders.notes, calls] };
  }
  const { tables, claims, raw, notes } = forwarders;
  return {
    tables: [tableOfCalls(calls), ...tables],
    claims: [claimOfCalls(calls), ...claims],
    notes: [
      'A tool call: from one answer of the model to the next, of the real Claude Code.',
      ...notes,
    ],
    raw: { forwarders: raw, calls: Object.fromEntries(calls) },
  };
}

function tableOfCalls(calls: ReadonlyMap<string, readonly number[]>): Table {
  const lines = [...calls].map(([name, timesMs]) => {
    const figures = [median(timesMs), percentile(timesMs, 0.95)];
    return [name, ...figures.map((ms) => `${figure(ms)} ms`), String(timesMs.length)];
  });
  return { title: 'a tool call of Claude Code', columns: ['', 'p50', 'p95', 'calls'], lines };
}

function claimOfCalls(calls: ReadonlyMap<string, readonly number[]>): Claim {
  const [alone = [], withHooks = []] = [...calls.values()];
  const value = median(withHooks) - median(alone);
  const what = 'added to a tool call, p50';
  return { what, value, target: CALL_MS_MAX, unit: 'ms', wants: 'at most' };
}

async function runForwarders(setting: Setting): Promise<Findings> {
  const { clock, atEnd } = setting;
  const home = await makeClaudeHome({ program: 'scripted', atEnd });
  const stack = await startStack({ engine: 'tmux', workerEnv: home.env, atEnd });
  home.trust(stack.projects);
  const forwarder = await forwarderOf(stack);
  const nothing: Hook = { command: '/bin/true', args: [] };
  const cell = (name: string, hook: Hook) => ({
    name,
    measure: async () => await measure(hook, clock),
  });
  const up = await inTurn<Result>(
    [cell('a program that does nothing', nothing), cell('a hook', forwarder)],
    setting,
  );
  await stack.worker.kill('SIGKILL');
  const down = await inTurn<Result>([cell('a hook, no worker', forwarder)], {
    ...setting,
    rounds: 1,
  });
  return findings(new Map([...up, ...down]));
}

/** As an agent finds them in the settings that it was started with. */
async function forwarderOf({ owner, projects, directory }: Stack): Promise<Hook> {
  const { id } = await owner.startSession({ profile: 'claude', directory: projects });
  const isIdle = async () => (await owner.session(id)).agent?.state === 'idle';
  await until(isIdle, { what: 'the agent is there', timeoutMs: 30_000 });
  const text = await readFile(join(directory, 'run/agents', id, 'settings.json'), 'utf8');
  const settings = Value.Parse(Settings, JSON.parse(text));
  const hook = settings.hooks['PreToolUse']?.[0]?.hooks[0];
  if (hook === undefined) throw new Error('there is no hook before a tool');
  return hook;
}

async function measure(hook: Hook, clock: Clock): Promise<Result> {
  const timesMs: number[] = [];
  let noticed = 0;
  for (let call = 0; call < CALLS; call++) {
    const beginMs = clock.monotonicMs();
    if (!(await isSilent(hook))) noticed++;
    timesMs.push(clock.monotonicMs() - beginMs);
  }
  return { timesMs, noticed };
}

async function isSilent({ command, args }: Hook): Promise<boolean> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
  let printed = 0;
  child.stdout.on('data', (bytes: Buffer) => (printed += bytes.length));
  child.stdin.on('error', () => undefined); // it may end without having read
  const tool_input = { command: 'x'.repeat(INPUT_CHARS) };
  child.stdin.end(JSON.stringify({ hook_event_name: 'Any', tool_name: 'Bash', tool_input }));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0 && printed === 0));
  });
}

function findings(results: ReadonlyMap<string, readonly Result[]>): Findings {
  const lines = [...results].map(([name, rounds]) => {
    const times = rounds.flatMap(({ timesMs }) => timesMs);
    const noticed = rounds.reduce((sum, round) => sum + round.noticed, 0);
    const figures = [median(times), percentile(times, 0.95), percentile(times, 1)];
    return [name, ...figures.map((ms) => `${figure(ms)} ms`), String(noticed)];
  });
  const down = (results.get('a hook, no worker') ?? []).flatMap(({ timesMs }) => timesMs);
  const what = 'a hook, no worker, longest';
  const longest = { what, value: percentile(down, 1), unit: 'ms', wants: 'at most' } as const;
  return {
    tables: [{ title: 'the forwarder', columns: ['', 'p50', 'p95', 'longest', 'noticed'], lines }],
    claims: [{ ...longest, target: DOWN_MS_MAX }],
    notes: ['noticed: ended with another code than 0, or printed something.'],
    raw: Object.fromEntries(results),
  };
}
