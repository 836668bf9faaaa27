/** Both processes, collected by a real Prometheus, drawn by our dashboards, told of by a real Alertmanager. */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { SessionId } from '@dashboard/protocol/ids';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectorIn } from './collector.ts';
import { expressionsIn } from './dashboards.ts';
import { startObservedStack, type ObservedStack } from './observed-stack.ts';
import { ALLOY_CONFIG, DASHBOARDS, read } from './places.ts';
import { run } from './run.ts';

/** By hand with 1000; 20 show the same, a label that grows shows with the first. */
const SESSIONS = Number(process.env['CARDINALITY_SESSIONS'] ?? 20);
const CARDINALITY_TIMEOUT_MS = 30_000 + SESSIONS * 500;
const UP = 'up{job=~"gateway|worker"} == 1';
const tasks: (() => Promise<unknown> | void)[] = [];
let observed: ObservedStack;

beforeAll(async () => {
  observed = await startObservedStack((task) => void tasks.push(task));
  await useIt();
  await spend();
  await bothAreUp();
  await useIt(); // between two collections: what does not grow has no rate
  await endedSession();
});
afterAll(async () => {
  for (const task of tasks.toReversed()) await task();
});

/** A little of everything that is measured. */
async function useIt(): Promise<void> {
  const { owner, projects } = observed.stack;
  const { id } = await owner.startSession({ directory: projects });
  const terminal = new TerminalClient(owner, id, { atEnd: (task) => void tasks.push(task) });
  await terminal.attach();
  await until(() => terminal.isAttached, { what: 'the terminal is attached' });
  terminal.type('x');
  await until(() => terminal.text.includes('x'), { what: 'a key comes back' });
  terminal.close();
}

/** An agent costs something, waits for a person, and is ended before anybody came. */
async function spend(): Promise<void> {
  const { stack, home } = observed;
  const directory = join(stack.projects, 'orchard');
  mkdirSync(directory);
  home.trust(directory);
  const prompt = 'BASH: touch a.txt';
  const wish = { profile: 'claude', permissionMode: 'manual', directory, prompt };
  const { id } = await stack.owner.startSession(wish);
  const hasSpent = async () => {
    const { agent } = await stack.owner.session(id);
    return agent?.state === 'needs_permission' && (agent.costUsd ?? 0) > 0;
  };
  await until(hasSpent, { what: 'an agent asks, and has spent', timeoutMs: 30_000 });
  await stack.owner.call('endSession', { params: { id } });
}

async function metrics(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${observed.token}` };
  const answer = await fetch(new URL(path, observed.stack.url), { headers });
  expect(answer.status).toBe(200);
  return await answer.text();
}

test.each(['/metrics', '/metrics/worker'])('promtool finds nothing to say of %s', async (path) => {
  const ran = await run(['promtool', 'check', 'metrics'], await metrics(path));
  expect(ran).toEqual({ code: 0, output: '' });
});

async function bothAreUp(): Promise<void> {
  const up = async () => (await observed.prometheus.query(UP)).length === 2;
  await until(up, { what: 'both processes are collected', timeoutMs: 30_000 });
}

describe.each(DASHBOARDS.map((path) => [basename(path), read(path)]))('%s', (_name, text) => {
  test.each(expressionsIn(text))('%s', async (expr) => {
    const hasData = async () => (await observed.prometheus.query(expr)).length > 0;
    await until(hasData, { what: 'there is something to draw', timeoutMs: 20_000 });
  });
});

test(
  `as many series after ${SESSIONS} more sessions`,
  async () => {
    const before = await series();
    for (let number = 0; number < SESSIONS; number++) await endedSession();
    expect(await series()).toEqual(before);
  },
  CARDINALITY_TIMEOUT_MS,
);

test('an audited act is a line that Alloy finds by its labels', async () => {
  const line = await observed.stack.gateway.logged('first_owner_added');
  const { extracted, labels, services, timeFrom } = collectorIn(read(ALLOY_CONFIG));
  expect(line).toMatchObject({ log: 'audit', service: 'gateway', level: 'info' });
  expect(services).toContain(line['service']);
  expect(String(line[timeFrom])).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/); // RFC3339Nano
  expect(labels).toContain('log');
  expect(extracted.filter((name) => !(name in line))).toEqual([]);
});

test('an alert arrives where people are, with its runbook', async () => {
  const { stack, webhook } = observed;
  await until(() => webhook.find('Watchdog'), { what: 'the watchdog is heard', timeoutMs: 30_000 });
  await stack.worker.kill('SIGKILL');
  const told = await until(() => webhook.find('WorkerDown'), {
    what: 'the worker is missed',
    timeoutMs: 30_000,
  });
  expect(told).toMatchObject({
    receiver: 'now',
    authorization: 'Bearer the-word-of-the-webhook',
    alert: { status: 'firing', annotations: { runbook_url: 'docs/runbooks/worker-down.md' } },
  });
  const inSlack = () =>
    webhook.slack.find(({ attachments: [one] }) => one?.title.includes('WorkerDown'));
  const message = await until(inSlack, { what: 'Slack is told', timeoutMs: 30_000 });
  expect(message.attachments[0]?.text).toContain('The gateway does not reach the worker.');
});

/**
 * Names and labels of all that is exported, without the values. The four kinds of garbage collection
 * are left out: the library shows each with its first.
 */
async function series(): Promise<string[]> {
  const text = `${await metrics('/metrics')}\n${await metrics('/metrics/worker')}`;
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^(#|nodejs_gc_)/.test(line))
    .map((line) => line.slice(0, line.lastIndexOf(' ')))
    .toSorted();
}

async function endedSession(): Promise<void> {
  const { owner, projects } = observed.stack;
  const { id } = await owner.startSession({ directory: projects, engine: 'pty' });
  const isOver = async (one: SessionId) => (await owner.session(one)).endedAtMs !== null;
  await owner.call('endSession', { params: { id } });
  await until(() => isOver(id), { what: 'it has ended' });
  await owner.call('removeSession', { params: { id } });
}
