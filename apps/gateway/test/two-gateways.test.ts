/** Two gateways of one worker and one database, as while one replaces the other: whoever is at one hears of the other. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DashboardEvent } from '@dashboard/protocol/events';
import { parsePromptId } from '@dashboard/protocol/ids';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { makeClaudeHome } from '@dashboard/testkit/claude-home';
import { EventStream } from '@dashboard/testkit/event-stream';
import { startGatewayBeside } from '@dashboard/testkit/stack';
import { TerminalClient } from '@dashboard/testkit/terminal-client';
import { until } from '@dashboard/testkit/until';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOOK_ELSEWHERE_EVERY_MS } from '../src/limits.ts';
import { sharedStack } from './shared-stack.ts';

const WAIT_MS = 20_000;
const tasks: (() => unknown)[] = [];
const atEnd = (task: () => unknown): void => void tasks.push(task);
afterAll(async () => {
  for (const task of tasks.toReversed()) await task();
});

const settings = { permissions: { defaultMode: 'manual' } };
const home = await makeClaudeHome({ program: 'scripted', settings, atEnd });
const stack = sharedStack({
  workerEnv: home.env,
  gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '1000000' },
});
let beside: string;
/** The same browser at either. */
let [one, two]: ApiClient[] = [];

beforeAll(async () => {
  ({ url: beside } = await startGatewayBeside(stack(), { atEnd }));
  one = stack().owner;
  two = one.at(beside);
});

function both(): { one: ApiClient; two: ApiClient } {
  if (one === undefined || two === undefined) throw new Error('they have not been started');
  return { one, two };
}

/** With somebody of its own at both. */
async function guest(): Promise<{ here: ApiClient; there: ApiClient; id: string }> {
  const here = await both().one.invite(`guest-${randomUUID()}`, 'operator');
  return { here, there: here.at(beside), id: (await here.call('me')).user.id };
}

async function heard(stream: EventStream, isIt: (event: DashboardEvent) => boolean): Promise<void> {
  await until(() => stream.events.some(isIt), { what: 'it is told', timeoutMs: WAIT_MS });
}

test('a ticket of one opens a terminal at the other, and both show the same output', async () => {
  const { one, two } = both();
  const { id } = await one.startSession({ directory: stack().projects });
  const viewer = new TerminalClient(two, id);
  const ticket = await new TerminalClient(one, id).takeTicket();
  await viewer.attach(ticket);
  await viewer.waitForFrame('attached', WAIT_MS);
  const witness = await new TerminalClient(one, id).attach();
  viewer.type('echo to""gether\r');
  await viewer.waitForText('together', WAIT_MS);
  await witness.waitForText('together', WAIT_MS);
});

test('what happens at one is told to the pages of both', async () => {
  const { one, two } = both();
  const streams = [await EventStream.open(one), await EventStream.open(two)];
  const { id } = await one.startSession({ directory: stack().projects });
  await two.call('renameSession', { params: { id }, body: { name: 'renamed there' } });
  for (const stream of streams) {
    await heard(
      stream,
      (event) => event.type === 'session' && event.session.name === 'renamed there',
    );
  }
});

test('a prompt that is queued at one, and what its agent asks, are there at the other', async () => {
  const { one, two } = both();
  const directory = join(stack().projects, randomUUID());
  mkdirSync(directory);
  home.trust(directory);
  const { id } = await one.startSession({ profile: 'claude', directory });
  const prompt = { id: parsePromptId(randomUUID()), text: 'BASH: touch made.txt' };
  await one.call('queuePrompt', { params: { id }, body: prompt });
  const asked = await until(
    async () => (await two.call('listApprovals')).approvals.find(({ session }) => session === id),
    { what: 'its question is there', timeoutMs: WAIT_MS },
  );
  const stream = await EventStream.open(one);
  const params = { id: asked.id };
  await two.call('answerApproval', { params, body: { verdict: 'allow' } });
  await heard(stream, (event) => event.type === 'approval_retired' && event.id === asked.id);
  await expect(
    one.call('answerApproval', { params, body: { verdict: 'deny' } }),
  ).rejects.toMatchObject({ code: 'already_answered' });
});

test('a login that is opened at one is good at the other, and so is what refreshes it', async () => {
  const { here, there } = await guest();
  await there.call('refresh');
  const { user } = await here.call('me');
  expect((await there.call('me')).user).toEqual(user);
});

test.each([
  ['ends at one', 4401, async (_id: string, here: ApiClient) => await here.call('logout')],
  [
    'is changed at one',
    4403,
    async (id: string) =>
      await both().one.call('changeUser', { params: { id }, body: { role: 'observer' } }),
  ],
  [
    'is of somebody who is removed at one',
    4401,
    async (id: string) => await both().one.call('removeUser', { params: { id } }),
  ],
])('S7: a login that %s loses its terminals at the other', async (_how, code, end) => {
  const { here, there, id } = await guest();
  const session = await both().one.startSession({ directory: stack().projects });
  const viewer = await new TerminalClient(there, session.id).attach();
  await viewer.waitForFrame('attached', WAIT_MS);
  await end(id, here);
  expect(await viewer.waitForClose(LOOK_ELSEWHERE_EVERY_MS + WAIT_MS)).toBe(code);
});
