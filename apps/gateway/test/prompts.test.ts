/**
 * S33: Prompts reach an agent once each, in order, whatever is killed meanwhile. The agent is the scripted
 * one, and what it was told is counted in its own transcript. PROMPTS=1000 for a long round.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DashboardError } from '@dashboard/protocol/errors';
import { parsePromptId, type PromptId, type SessionId } from '@dashboard/protocol/ids';
import { UPLOAD_BYTES_MAX } from '@dashboard/protocol/limits';
import type { QueuedPrompt } from '@dashboard/protocol/prompts';
import type { ApiClient } from '@dashboard/testkit/api-client';
import { makeClaudeHome } from '@dashboard/testkit/claude-home';
import type { Stack } from '@dashboard/testkit/stack';
import { until } from '@dashboard/testkit/until';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, expect, test } from 'vitest';
import { EventStream } from './event-stream.ts';
import { sharedStack } from './shared-stack.ts';
import { told } from './told.ts';

const tasks: (() => unknown)[] = [];
afterAll(async () => void (await Promise.all(tasks.map((task) => task()))));
const PROMPTS = Number(process.env['PROMPTS'] ?? 10);
/** One of the daemons is ended after so many. */
const RESTART_EVERY = Number(process.env['RESTART_EVERY'] ?? 4);
const PER_PROMPT_MS = 5_000;
const WAIT_MS = 60_000;

type Restart = (stack: Stack) => Promise<void>;
const RESTARTS: readonly Restart[] = [
  async ({ worker }) => {
    await worker.kill('SIGKILL');
    await worker.start();
  },
  async ({ gateway }) => {
    await gateway.kill('SIGKILL');
    await gateway.start();
  },
  async ({ worker }) => {
    await worker.kill('SIGTERM');
    await worker.start();
  },
];

const home = await makeClaudeHome({ program: 'scripted', atEnd: (task) => void tasks.push(task) });
const dashboard = sharedStack({
  workerEnv: home.env,
  gatewayEnv: { RATE_LIMIT_MAX_REQUESTS: '1000000' },
});

async function startAgent(stack: Stack): Promise<SessionId> {
  const directory = join(stack.projects, randomUUID());
  mkdirSync(directory);
  home.trust(directory);
  return (await stack.owner.startSession({ profile: 'claude', directory })).id;
}

test(
  `${PROMPTS} prompts are given once each, with restarts in between`,
  async () => {
    const stack = dashboard();
    const session = await startAgent(stack);
    const texts = Array.from({ length: PROMPTS }, (_, index) => `SAY: number ${index} of many`);
    let [restarts, looked] = [0, 0];
    for (const [index, text] of texts.entries()) {
      await queued(stack, session, { id: newId(), text });
      if (index % RESTART_EVERY !== RESTART_EVERY - 1) continue;
      // While a prompt is on its way, which is when it matters.
      const isSent = async () =>
        (await waiting(stack, session)).some(({ state }) => state === 'sent');
      await until(isSent, { what: 'a prompt is sent', timeoutMs: WAIT_MS });
      await RESTARTS[restarts++ % RESTARTS.length]?.(stack);
    }
    const isDone = async () => {
      const prompts = await waiting(stack, session);
      for (const prompt of prompts.filter(({ state }) => state === 'unconfirmed')) {
        looked++;
        await decide(stack, prompt, told(home).includes(prompt.text));
      }
      return prompts.length === 0;
    };
    await until(isDone, { what: 'no prompt waits', timeoutMs: PROMPTS * PER_PROMPT_MS + WAIT_MS });
    const isIdle = async () => (await stack.owner.session(session)).agent?.state === 'idle';
    await until(isIdle, { what: 'it has written down the last one', timeoutMs: WAIT_MS });
    expect(told(home).filter((text) => text.startsWith('SAY: number'))).toEqual(texts);
    expect(looked, 'prompts that a person had to look at').toBeLessThanOrEqual(PROMPTS / 100);
  },
  PROMPTS * PER_PROMPT_MS * 2 + 2 * WAIT_MS,
);

test('who watches reads the queue and changes nothing; a shell has none', async () => {
  const stack = dashboard();
  const { owner, projects } = stack;
  const id = await startAgent(stack);
  const observer = await owner.invite('watcher', 'observer');
  const operator = await owner.invite('driver', 'operator');
  const events = await EventStream.open(observer);
  const body = { id: newId(), text: 'SAY: from an operator' };
  const params = { id };
  const prompt = await operator.call('queuePrompt', { params, body });
  expect(prompt).toMatchObject({ ...body, session: id, by: { name: 'driver' } });
  expect(await operator.call('queuePrompt', { params, body })).toMatchObject({ id: body.id });
  const isTold = () =>
    events.events.some(({ event }) => event.type === 'prompt' && event.prompt.state === 'accepted');
  await until(isTold, { what: 'pages are told that it was accepted', timeoutMs: WAIT_MS });
  const { prompts } = await observer.call('listPrompts', { params });
  expect(prompts.map(({ text, state }) => [text, state])).toEqual([[body.text, 'accepted']]);

  const forbidden = { code: 'forbidden' };
  const which = { params: { id, prompt: body.id } };
  const more = { id: newId(), text: 'x' };
  await expect(observer.call('queuePrompt', { params, body: more })).rejects.toMatchObject(
    forbidden,
  );
  await expect(
    observer.call('changePrompt', { ...which, body: { what: 'again' } }),
  ).rejects.toMatchObject(forbidden);
  await expect(observer.call('withdrawPrompt', which)).rejects.toMatchObject(forbidden);
  await expect(operator.call('withdrawPrompt', which)).rejects.toMatchObject({
    code: 'prompt_sent',
  });
  expect((await give(stack, id, { who: observer })).code).toBe('forbidden');

  for (const text of [
    '',
    ' \n',
    'a\u001b[201~b',
    'a\u0007',
    'a\u009b',
    'a\rb',
    'x'.repeat(16_385),
  ]) {
    const bad = { id: newId(), text };
    await expect(operator.call('queuePrompt', { params, body: bad }), text).rejects.toMatchObject({
      code: 'invalid_request',
    });
  }
  const shell = { params: { id: (await owner.startSession({ directory: projects })).id } };
  await expect(owner.call('queuePrompt', { ...shell, body: more })).rejects.toMatchObject({
    code: 'takes_no_prompts',
  });
});

test('a file lies in a private place until its session is removed', async () => {
  const stack = dashboard();
  const { owner } = stack;
  const id = await startAgent(stack);
  const bytes = randomBytes(3 * 1024 * 1024 + 17);
  const first = await give(stack, id, { name: 'a photo.PNG', bytes });
  const second = await give(stack, id, { name: '../../a photo.PNG', bytes: Buffer.from('x') });
  const directory = join(stack.directory, 'worker/uploads', id);
  expect(first).toMatchObject({ path: join(directory, 'a-photo.PNG'), bytes: bytes.length });
  expect(second).toMatchObject({ path: join(directory, 'a-photo-2.PNG'), bytes: 1 });
  expect(readFileSync(String(first.path)).equals(bytes)).toBe(true);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(String(first.path)).mode & 0o777).toBe(0o600);

  const large = Buffer.alloc(UPLOAD_BYTES_MAX + 1);
  expect((await give(stack, id, { bytes: large })).code).toBe('too_large');
  expect((await give(stack, id, { bytes: pieces(large) })).code).toBe('too_large');
  expect((await give(stack, id, { type: 'application/json', bytes: '{}' })).code).toBe(
    'unsupported_media',
  );
  expect(readdirSync(directory)).toHaveLength(2);

  await owner.call('endSession', { params: { id } });
  const isOver = async () => (await owner.session(id)).endedAtMs !== null;
  await until(isOver, { what: 'it has ended' });
  expect((await give(stack, id, {})).code).toBe('session_ended');
  await owner.call('removeSession', { params: { id } });
  await until(() => !existsSync(directory), { what: 'its files are removed' });
});

interface Given {
  readonly who?: ApiClient;
  readonly name?: string;
  readonly type?: string;
  readonly bytes?: RequestInit['body'];
}

const Given = Type.Object({
  code: Type.Optional(Type.String()),
  path: Type.Optional(Type.String()),
  bytes: Type.Optional(Type.Number()),
});

async function give(
  { owner, url }: Stack,
  id: SessionId,
  { who = owner, name = 'file', type = 'application/octet-stream', bytes = 'x' }: Given,
): Promise<Static<typeof Given>> {
  const at = new URL(`/api/sessions/${id}/uploads?${new URLSearchParams({ name })}`, url);
  const headers = { origin: url, cookie: who.cookieHeader, 'content-type': type };
  const init = { method: 'POST', headers, body: bytes, duplex: 'half' as const };
  return Value.Parse(Given, await (await fetch(at, init)).json());
}

/** So that nobody can say beforehand how long it is. */
function pieces(bytes: Buffer): AsyncIterable<Uint8Array> {
  const size = 256 * 1024;
  const count = Math.ceil(bytes.length / size);
  return Readable.from(
    Array.from({ length: count }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
  );
}

function newId(): PromptId {
  return parsePromptId(randomUUID());
}

/** As a person does who sees in the terminal whether it is there. */
async function decide({ owner }: Stack, prompt: QueuedPrompt, isThere: boolean): Promise<void> {
  const params = { id: prompt.session, prompt: prompt.id };
  if (isThere) await owner.call('withdrawPrompt', { params });
  else await owner.call('changePrompt', { params, body: { what: 'again' } });
}

async function waiting({ owner }: Stack, id: string): Promise<readonly QueuedPrompt[]> {
  const { prompts } = await persistently(
    async () => await owner.call('listPrompts', { params: { id } }),
  );
  return prompts.filter(({ state }) => state !== 'accepted');
}

async function queued(
  { owner }: Stack,
  id: string,
  body: { readonly id: PromptId; readonly text: string },
): Promise<void> {
  await persistently(async () => await owner.call('queuePrompt', { params: { id }, body }));
}

/** A page asks again, with the same id, until somebody answers. */
async function persistently<T>(ask: () => Promise<T>): Promise<T> {
  return await until(
    async () => {
      try {
        return [await ask()] as const;
      } catch (error) {
        // Nobody there, or the worker away, just starting, or with enough to do.
        const isBug = error instanceof DashboardError && !MAY_PASS.has(error.code);
        if (isBug) throw error;
        return undefined;
      }
    },
    { what: 'an answer', timeoutMs: WAIT_MS },
  ).then(([answer]) => answer);
}

const MAY_PASS = new Set(['worker_unavailable', 'deadline_exceeded', 'too_many_prompts']);
