/** The fake endpoint as its client meets it: over HTTP, event by event. */
import { expect, test } from 'vitest';
import { atTestEnd } from '../at-end.ts';
import { until } from '../until.ts';
import { startFakeAnthropic, sumOf, type FakeAnthropic, type Tokens } from './index.ts';

type Content = string | readonly Readonly<Record<string, unknown>>[];
interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: Content;
}

/** Of the stream's events what the tests look at. */
interface StreamEvent {
  readonly type: string;
  readonly content_block?: { readonly type: string; readonly name?: string };
  readonly delta?: { readonly text?: string; readonly partial_json?: string };
  readonly usage?: Usage;
  readonly message?: { readonly usage: Usage };
}
interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: number;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
}

const user = (content: Content): Message => ({ role: 'user', content });
const assistant = (content: Content): Message => ({ role: 'assistant', content });
const TOOL_RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' };

async function post(endpoint: FakeAnthropic, messages: readonly Message[]): Promise<Response> {
  return await fetch(`${endpoint.url}/v1/messages?beta=true`, {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-test', stream: true, messages, tools: [] }),
  });
}

/** The events of a stream, parsed. */
async function ask(
  endpoint: FakeAnthropic,
  ...messages: readonly Message[]
): Promise<StreamEvent[]> {
  const response = await post(endpoint, messages);
  expect(response.status).toBe(200);
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

/** What a client puts together from them. */
function assemble(events: readonly StreamEvent[]): {
  readonly text: string;
  readonly tool: string | undefined;
  readonly input: unknown;
} {
  const deltas = events.flatMap(({ delta }) => delta ?? []);
  const tool = events.find(({ content_block: block }) => block?.type === 'tool_use');
  const json = deltas.map(({ partial_json: part }) => part ?? '').join('');
  return {
    text: deltas.map(({ text }) => text ?? '').join(''),
    tool: tool?.content_block?.name,
    input: json === '' ? undefined : JSON.parse(json),
  };
}

function usageTold(events: readonly StreamEvent[]): Tokens {
  const start = events.find(({ type }) => type === 'message_start')?.message?.usage;
  const end = events.find(({ type }) => type === 'message_delta')?.usage;
  return {
    inputTokens: start?.input_tokens ?? NaN,
    cacheCreationTokens: start?.cache_creation_input_tokens ?? NaN,
    cacheReadTokens: start?.cache_read_input_tokens ?? NaN,
    outputTokens: end?.output_tokens ?? NaN,
  };
}

test.each([
  ['BASH: ls -l', 'Bash', { command: 'ls -l' }],
  ['WRITE: a.txt some words', 'Write', { file_path: 'a.txt', content: 'some words\n' }],
  ['READ: a.txt', 'Read', { file_path: 'a.txt' }],
  ['EDIT: a.txt old=>new', 'Edit', { old_string: 'old', new_string: 'new' }],
  ['ASK: Which? | a | b', 'AskUserQuestion', { questions: [{ question: 'Which?' }] }],
  ['TASK: BASH: ls', 'Task', { prompt: 'BASH: ls' }],
  ['TODOS: one | two', 'TodoWrite', { todos: [{ content: 'one' }, { content: 'two' }] }],
])('the verb of a prompt picks the act: %s', async (prompt, tool, input) => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  const events = await ask(endpoint, user(prompt));
  expect(assemble(events)).toMatchObject({ tool, input });
  expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
});

test('the acts of a prompt are done one after the other, then the model is done', async () => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  const prompt = user([
    { type: 'text', text: '<system-reminder>BASH: not this</system-reminder>' },
    { type: 'text', text: 'READ: a\nBASH: b' },
  ]);
  const first = [assistant([{ type: 'text', text: 'x' }]), user([TOOL_RESULT])];
  expect(assemble(await ask(endpoint, prompt)).tool).toBe('Read');
  expect(assemble(await ask(endpoint, prompt, ...first)).tool).toBe('Bash');
  const last = await ask(endpoint, prompt, ...first, ...first);
  expect(assemble(last)).toMatchObject({ tool: undefined, text: 'Done.' });
  expect(last.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' } });
});

test('a prompt after a turn that was cut off is the one that counts', async () => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  const cutOff = { type: 'text', text: '[Request interrupted by user for tool use]' };
  const texts = [TOOL_RESULT, cutOff, { type: 'text', text: 'HANG:' }, cutOff];
  const events = await ask(
    endpoint,
    user('BASH: a'),
    assistant('x'),
    user([...texts, { type: 'text', text: 'SAY: hello' }]),
  );
  expect(assemble(events).text).toBe('hello');
});

test('a plan goes into the file that the client names, then asks to be accepted', async () => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  const file = '/home/x/.claude/plans/a-plan.md';
  const prompt = user([
    { type: 'text', text: `<system-reminder>Write to ${file}.</system-reminder>` },
    { type: 'text', text: 'PLAN: first, then' },
  ]);
  expect(assemble(await ask(endpoint, prompt)).input).toMatchObject({ file_path: file });
  const second = await ask(endpoint, prompt, assistant('x'), user([TOOL_RESULT]));
  expect(assemble(second).tool).toBe('ExitPlanMode');
});

test('what is charged is what the streams told, to the token', async () => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  const told = [];
  for (const prompt of ['SAY: a', 'THINK: b', 'BASH: c']) {
    told.push(usageTold(await ask(endpoint, user(prompt))));
  }
  expect(sumOf(endpoint.charges)).toEqual(sumOf(told));
  expect(new Set(endpoint.charges.map(({ messageId }) => messageId)).size).toBe(3);
});

test('a message that is cut off is charged as far as it was told', async () => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  const response = await post(endpoint, [user('SLOW: 600')]);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (!seen.includes('word 2')) seen += (await reader?.read())?.value ?? '';
  await reader?.cancel();
  expect(endpoint.charges).toMatchObject([{ inputTokens: 101, outputTokens: 1 }]);
});

test('errors are refused and not charged: for good, or as often as was asked', async () => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  const forGood = await post(endpoint, [user('ERR: 401')]);
  expect([forGood.status, forGood.headers.get('x-should-retry')]).toEqual([401, 'false']);
  const statuses = [];
  for (let time = 0; time < 3; time++) {
    statuses.push((await post(endpoint, [user('ERR: 529 2')])).status);
  }
  expect(statuses).toEqual([529, 529, 200]);
  const limit = await post(endpoint, [user('LIMIT: 60')]);
  expect(limit.status).toBe(429);
  expect(Number(limit.headers.get('anthropic-ratelimit-unified-reset'))).toBeGreaterThan(0);
  expect(endpoint.charges).toHaveLength(1);
});

test('what it does not know it says, and remembers', async () => {
  const endpoint = await startFakeAnthropic(atTestEnd);
  expect((await fetch(`${endpoint.url}/v1/other`)).status).toBe(404);
  expect(endpoint.unknown).toEqual(['GET /v1/other']);
  const bad = await fetch(`${endpoint.url}/v1/messages`, { method: 'POST', body: '{"a":1}' });
  expect(bad.status).toBe(400);
});

test('it ends while a client still waits for an answer', async () => {
  const tasks: (() => Promise<unknown> | void)[] = [];
  const endpoint = await startFakeAnthropic((task) => void tasks.push(task));
  const waiting = post(endpoint, [user('HANG:')]).then((response) => response.text());
  const ended = waiting.then(
    () => 'answered',
    () => 'cut off',
  );
  await until(() => endpoint.requests.length === 1, { what: 'the request has come' });
  for (const task of tasks) await task();
  expect(await ended).toBe('cut off');
  expect(endpoint.charges).toEqual([]);
});
