/** What the dashboard says of an agent in each situation: the state, and how it knows. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClaudeHome } from '@dashboard/testkit/claude-home';
import { expect, test } from 'vitest';
import { ESC, type Here, type Ready, type Start } from './claims.ts';

/** As Claude itself has written it down. */
function trustedIn({ directory }: ClaudeHome): ReadonlySet<string> {
  const { projects } = JSON.parse(readFileSync(join(directory, '.claude.json'), 'utf8'));
  const paths = Object.keys(projects);
  return new Set(paths.filter((path) => projects[path].hasTrustDialogAccepted === true));
}

export function states(start: Start, ready: Ready, here: Here): void {
  test('idle, working, and idle again', async () => {
    const agent = await start();
    await agent.becomes('idle'); // likely, by its record, where that is ahead of its first hook
    await agent.say('SLOW: 2');
    expect(await agent.becomes('working')).toMatchObject({ evidence: { signal: 'hook' } });
    expect(await agent.becomes('idle')).toMatchObject({
      evidence: { signal: 'hook', what: 'Stop' },
      confidence: 'certain',
      hooks: 'alive',
      lastWords: expect.stringContaining('word 1'),
    });
  });

  test('needs_permission while it asks, working once it is answered', async () => {
    const agent = await ready();
    await agent.say('BASH: touch made.txt; sleep 1');
    expect(await agent.becomes('needs_permission')).toMatchObject({
      evidence: { signal: 'hook', what: 'PermissionRequest' },
      doing: expect.stringContaining('touch made.txt'),
    });
    await agent.choose('1');
    await agent.becomes('working');
    await agent.becomes('idle');
  });

  test('needs_permission for a subagent too, also after the turn that started it, and idle once it was answered', async () => {
    const agent = await ready();
    await agent.say('TASK: BASH: touch made.txt');
    const approval = await agent.asks();
    await agent.hooksUntil('Stop');
    expect(await agent.becomes('needs_permission')).toMatchObject({
      evidence: { what: 'PermissionRequest' },
    });
    await agent.answer(approval, { verdict: 'allow' });
    expect(await agent.becomes('idle')).toMatchObject({ subagents: 0 });
  });

  test('needs_answer at a question, interrupted when it is not answered', async () => {
    const agent = await ready();
    await agent.say('ASK: Which colour? | red | green');
    await agent.becomes('needs_answer');
    await agent.choose(ESC);
    await agent.becomes('interrupted');
    await agent.say('SAY: and on');
    await agent.becomes('idle');
  });

  test('needs_plan at a plan', async () => {
    const agent = await ready();
    for (let times = 0; times < 2; times++) agent.press(`${ESC}[Z`);
    await agent.shows('plan mode on');
    await agent.say('PLAN: first this, then that');
    expect(await agent.becomes('needs_plan')).toMatchObject({ permissionMode: 'plan' });
    await agent.choose('2');
    await agent.becomes('idle');
  });

  test('interrupted after Esc, and never working again until there is a prompt', async () => {
    const agent = await ready();
    await agent.say('SLOW: 600 plums');
    await agent.shows('plums 3');
    await agent.becomes('working');
    agent.press(ESC);
    const { sinceMs } = await agent.becomes('interrupted');
    await agent.is('idle');
    await agent.say('SAY: and on');
    await agent.becomes('idle');
    const between = agent.statesSince(sinceMs);
    expect(between.slice(0, between.indexOf('idle') + 1)).toEqual([
      'interrupted',
      'working',
      'idle',
    ]);
  });

  test.each([
    ['ERR: 401', 'error', 'authentication_failed'],
    ['ERR: 529', 'error', 'server_error'],
    ['LIMIT:', 'limited', 'rate_limit'],
  ] as const)('%s is %s, in its own words', async (prompt, state, error) => {
    const agent = await ready();
    await agent.say(prompt);
    expect(await agent.hooksUntil('StopFailure')).toEqual(['UserPromptSubmit', 'StopFailure']);
    expect(agent.call('StopFailure')).toMatchObject({ error });
    expect(await agent.becomes(state)).toMatchObject({
      reason: expect.stringContaining('API Error'),
      evidence: { signal: 'hook', what: expect.stringContaining('StopFailure') },
    });
  });

  test('compacting until the conversation is short', async () => {
    const agent = await ready();
    await agent.say('/compact');
    await agent.hooksUntil('PostCompact');
    expect(agent.statesSince(0)).toContain('compacting');
    await agent.becomes('idle');
  });

  test('setup_blocked where nobody has vouched for the directory', async () => {
    const agent = await start({ directory: join(here().stack.projects, 'stranger') });
    expect(await agent.becomes('setup_blocked')).toMatchObject({ dialog: 'trust' });
  });

  test('a person vouches for a directory from the page, and for that one alone', async () => {
    const { home, stack } = here();
    const directory = join(stack.projects, 'vouched for');
    const agent = await start({ directory });
    await agent.becomes('setup_blocked');
    const params = { id: agent.session.id };
    const observer = await stack.owner.invite('watcher', 'observer');
    await expect(observer.call('trustSession', { params })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const before = trustedIn(home);
    await stack.owner.call('trustSession', { params });
    await agent.hooksUntil('SessionStart');
    await agent.becomes('idle');
    expect(trustedIn(home)).toEqual(new Set([...before, directory]));
    await expect(stack.owner.call('trustSession', { params })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('exited, with how', async () => {
    const agent = await ready();
    await agent.say('/exit');
    await agent.ended();
    expect(await agent.becomes('exited')).toMatchObject({ evidence: { signal: 'process' } });
  });
}
