/** What an agent does after its end: it goes on, in the conversation in which it was. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import type { Here, Ready, Start } from './claims.ts';
import type { WatchedAgent } from './watched-agent.ts';

const RESUMED_TIMEOUT_MS = 30_000;

function tmux({ stack }: ReturnType<Here>, ...argv: readonly string[]): string {
  const socket = join(stack.directory, 'run/tmux.sock');
  return execFileSync('tmux', ['-S', socket, ...argv]).toString();
}

function killTmux(here: ReturnType<Here>): void {
  tmux(here, 'kill-server');
}

interface Expected {
  readonly agent: WatchedAgent;
  readonly source: 'resume' | 'startup';
  /** What it had been told last. */
  readonly words: string;
}

/** By itself: nobody has asked for it. */
async function goesOn({ agent, source, words }: Expected, { stack }: ReturnType<Here>) {
  const { id, conversation, pid } = agent.session;
  const isAnother = async () => {
    const session = await stack.owner.session(id).catch(() => undefined);
    return session?.phase === 'running' && session.pid !== pid && session;
  };
  const what = `${agent.session.name} runs again`;
  const session = await until(isAnother, { what, timeoutMs: RESUMED_TIMEOUT_MS });
  expect(session).toMatchObject({ conversation });
  await agent.hooksUntil('SessionStart');
  expect(agent.call('SessionStart')).toMatchObject({ source, session_id: conversation });
  await agent.look();
  await agent.shows(words);
  await agent.becomes('idle');
}

/** To be claimed first: it takes every session along that there is. */
export function resuming(start: Start, here: Here): void {
  test('after tmux was killed each goes on with what it had been told, and with that alone', async () => {
    const [spoken, cleared, silent] = [
      await start({ name: 'spoken', prompt: 'SAY: the first' }),
      await start({ name: 'cleared', prompt: 'SAY: the second' }),
      await start({ name: 'silent' }),
    ];
    for (const agent of [spoken, cleared]) await agent.hooksUntil('Stop');
    await cleared.say('/clear');
    await cleared.hooksUntil('SessionStart');
    await cleared.say('SAY: the third');
    await cleared.hooksUntil('Stop');
    await silent.becomes('idle');
    const { worker } = here().stack;
    for (const [round, takeAlong] of [
      async () => await Promise.resolve(killTmux(here())),
      async () => {
        await worker.kill('SIGKILL');
        killTmux(here());
        await worker.start();
      },
    ].entries()) {
      for (const agent of [spoken, cleared, silent]) {
        await agent.refresh();
        agent.forget();
      }
      await takeAlong();
      const isFirst = round === 0;
      await goesOn({ agent: spoken, source: 'resume', words: 'the first' }, here());
      await goesOn({ agent: cleared, source: 'resume', words: 'the third' }, here());
      await goesOn({ agent: silent, source: isFirst ? 'startup' : 'resume', words: '' }, here());
      for (const agent of [spoken, cleared, silent]) {
        await agent.say(`SAY: and on ${round}`);
        await agent.hooksUntil('Stop');
        expect(agent.call('Stop')).toMatchObject({ session_id: agent.session.conversation });
      }
    }
  });
}

/** Nobody hears its hooks, and it is none the wiser. */
export function beingAlone(ready: Ready, here: Here): void {
  test('while there is no worker an agent does what it is told, and shows nothing of it', async () => {
    const agent = await ready();
    const { worker } = here().stack;
    const pane = `=${agent.session.id}:`;
    const screen = (): string => tmux(here(), 'capture-pane', '-p', '-t', pane);
    await worker.kill('SIGKILL');
    try {
      tmux(here(), 'send-keys', '-t', pane, '-l', 'SAY: all alone');
      await until(() => screen().includes('SAY: all alone'), { what: 'it is typed' });
      tmux(here(), 'send-keys', '-t', pane, 'Enter');
      await agent.hooksUntil('Stop'); // of the person's own
      await until(() => screen().includes('● all alone'), { what: 'it has answered' });
      expect(screen()).not.toMatch(/hook error|non-blocking/i);
    } finally {
      await worker.start();
    }
    const { owner } = here().stack;
    const isReached = async () => await owner.session(agent.session.id).catch(() => undefined);
    await until(isReached, { what: 'the worker is reached again', timeoutMs: RESUMED_TIMEOUT_MS });
    await agent.look();
    await agent.becomes('idle');
    await agent.say('SAY: together');
    await agent.hooksUntil('Stop');
    expect(await agent.becomes('idle')).toMatchObject({ hooks: 'alive', lastWords: 'together' });
  });
}

/** A conversation that a person finds again in the list. */
export function goingOn(start: Start, here: Here): void {
  test('a past conversation is found by its words and gone on with in a new session, by one at a time', async () => {
    const agent = await start({ prompt: 'SAY: a rare word, heliotrope' });
    await agent.hooksUntil('Stop');
    await agent.refresh();
    const { owner } = here().stack;
    const { conversation, directory, id } = agent.session;
    expect(conversation).not.toBeNull();
    const find = async () => {
      const query = { q: 'HELIOTROPE rare', directory };
      return (await owner.call('listConversations', { query })).conversations;
    };
    const known = { id: conversation, profile: 'claude', directory, isCut: false };
    const lastPrompt = 'SAY: a rare word, heliotrope';
    await until(async () => (await find()).length > 0, { what: 'its transcript is written' });
    expect(await find()).toMatchObject([{ ...known, lastPrompt, openIn: id }]);
    const body = { name: 'again', profile: 'claude', directory, conversation: conversation ?? '' };
    await expect(owner.call('createSession', { body })).rejects.toMatchObject({
      code: 'conversation_open',
    });

    await agent.end();
    expect(await find()).toMatchObject([{ ...known, openIn: null }]);
    const again = await start({ directory, conversation: conversation ?? '' });
    await again.hooksUntil('SessionStart');
    expect(again.call('SessionStart')).toMatchObject({
      source: 'resume',
      session_id: conversation,
    });
    await again.shows('heliotrope');
    await again.say('SAY: and on');
    await again.hooksUntil('Stop');
    expect(await find()).toMatchObject([{ ...known, openIn: again.session.id }]);
    // What ended in it stays ended as long as another is in it.
    await expect(owner.call('resumeSession', { params: { id } })).rejects.toMatchObject({
      code: 'conversation_open',
    });
    expect(existsSync(String(again.call('Stop')?.['transcript_path']))).toBe(true);
  });
}
