/** Prompts from the queue reach an agent once, when it is idle, whatever stands in its way meanwhile. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePromptId } from '@dashboard/protocol/ids';
import { Uploaded, type PromptState, type QueuedPrompt } from '@dashboard/protocol/prompts';
import { until } from '@dashboard/testkit/until';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { ESC, type Here, type Ready } from './claims.ts';
import type { WatchedAgent } from './watched-agent.ts';

const SETTLE_TIMEOUT_MS = 30_000;

export function prompting(ready: Ready, here: Here): void {
  const queue = async (agent: WatchedAgent, text: string): Promise<QueuedPrompt> => {
    const body = { id: parsePromptId(randomUUID()), text };
    return await here().stack.owner.call('queuePrompt', { params: { id: agent.session.id }, body });
  };
  const becomes = async ({ id, session }: QueuedPrompt, state: PromptState) => {
    let now: QueuedPrompt | undefined;
    await until(
      async () => {
        const { prompts } = await here().stack.owner.call('listPrompts', {
          params: { id: session },
        });
        now = prompts.find((each) => each.id === id);
        return now?.state === state;
      },
      { what: `a prompt is ${state}`, timeoutMs: SETTLE_TIMEOUT_MS },
    ).catch(async (error: unknown) => {
      const { agent } = await here().stack.owner.session(session);
      throw new Error(`${String(error)}; it is ${JSON.stringify(now)}, ${JSON.stringify(agent)}`);
    });
    return now;
  };
  const prompts = (agent: WatchedAgent): readonly unknown[] =>
    agent.calls.flatMap((call) =>
      call.hook_event_name === 'UserPromptSubmit' ? [call['prompt']] : [],
    );

  test('prompts that are queued at once are given one after the other', async () => {
    const agent = await ready();
    const before = prompts(agent).length;
    const texts = ['SLOW: 1 pears', 'SAY: two\n\twith a tab', 'SAY: three “quoted” ✓ 日本'];
    const queued = [];
    for (const text of texts) queued.push(await queue(agent, text));
    for (const prompt of queued)
      expect(await becomes(prompt, 'accepted')).toMatchObject({ note: null });
    await agent.rests();
    const given = prompts(agent).slice(before);
    expect(given.map((text) => String(text).replaceAll(/\s+/g, ' '))).toEqual(
      texts.map((text) => text.replaceAll(/\s+/g, ' ')),
    );
  });

  test('one of 16 KiB arrives whole, and one that begins with "!" is no command of the shell', async () => {
    const agent = await ready();
    const long = `SAY: long\n${'é 日本 x '.repeat(1_150)}`;
    const marked = '!touch made.txt';
    const queued = [await queue(agent, long), await queue(agent, marked)];
    for (const prompt of queued) await becomes(prompt, 'accepted');
    await agent.rests();
    const [first, second] = prompts(agent).slice(-2);
    expect(String(first)).toContain(long.slice(0, 200));
    expect(String(first)).toContain(long.trimEnd().slice(-2_000));
    expect(String(second).trim()).toBe(marked);
    expect(() => readFileSync(join(agent.directory, 'made.txt'))).toThrow('ENOENT');
  });

  test('a dialog that is open is not answered by a prompt', async () => {
    const agent = await ready();
    await agent.say('WRITE: made.txt no');
    await agent.is('permission prompt');
    const prompt = await queue(agent, 'SAY: afterwards');
    const approval = await agent.asks();
    expect(await becomes(prompt, 'queued')).toBeDefined();
    await agent.answer(approval, { verdict: 'deny', message: 'no' });
    await becomes(prompt, 'accepted');
    expect(() => readFileSync(join(agent.directory, 'made.txt'))).toThrow('ENOENT');
    await agent.rests();
  });

  test('after an interrupt what waited goes on waiting, and what a person wants then is given alone', async () => {
    const agent = await ready();
    await agent.say('HANG:');
    await agent.becomes('working');
    await agent.is('busy');
    const waiting = await queue(agent, 'SAY: later');
    agent.press(ESC);
    await agent.becomes('interrupted');
    const wanted = await queue(agent, 'SAY: instead');
    await becomes(wanted, 'accepted');
    await becomes(waiting, 'accepted');
    await agent.rests();
    expect(prompts(agent).slice(-2)).toEqual(['SAY: instead', 'SAY: later']);
  });

  test('what the agent took while the worker was away is not given again', async () => {
    const agent = await ready();
    const { stack } = here();
    const count = prompts(agent).length;
    const prompt = await queue(agent, 'SAY: meanwhile');
    await becomes(prompt, 'sent');
    await stack.worker.kill('SIGKILL');
    agent.forget();
    await stack.worker.start();
    await until(
      async () => await stack.owner.session(agent.session.id).catch(() => false as const),
      {
        what: 'the worker is back',
        timeoutMs: SETTLE_TIMEOUT_MS,
      },
    );
    await becomes(prompt, 'accepted');
    await agent.rests();
    expect(prompts(agent).slice(count)).toEqual(['SAY: meanwhile']);
    await agent.look(); // who was at its terminal went with the worker
  });

  test('/clear and /compact are told in their own ways', async () => {
    const agent = await ready();
    await becomes(await queue(agent, '/compact'), 'accepted');
    await becomes(await queue(agent, '/clear'), 'accepted');
    await becomes(await queue(agent, 'SAY: new'), 'accepted');
    await agent.rests();
  });

  test('a file that is given to it can be read without a question', async () => {
    const agent = await ready();
    const { url, cookieHeader } = here().stack.owner;
    const at = `/api/sessions/${agent.session.id}/uploads?name=${encodeURIComponent('../nötes 1.txt')}`;
    const response = await fetch(new URL(at, url), {
      method: 'POST',
      headers: { origin: url, cookie: cookieHeader, 'content-type': 'application/octet-stream' },
      body: 'what stands in it\n',
    });
    expect(response.status).toBe(201);
    const { path } = Value.Parse(Uploaded, await response.json());
    expect(path).toMatch(new RegExp(`/uploads/${agent.session.id}/notes-1\\.txt$`));
    await becomes(await queue(agent, `READ: ${path}`), 'accepted');
    expect(await agent.hooksUntil('Stop')).toEqual([
      ...['UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolBatch', 'Stop'],
    ]);
  });
}
