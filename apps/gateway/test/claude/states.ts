/** What the dashboard says of an agent in each situation: the state, and how it knows. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ESC, type Here, type Ready, type Start } from './claims.ts';

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

  test('idle once a subagent that asked was answered, though the turn that started it was long over', async () => {
    const agent = await ready();
    await agent.say('TASK: BASH: touch made.txt');
    // What is said of the agent meanwhile is not settled: its hook is held, and there is no dialog.
    const approval = await agent.asks();
    await agent.hooksUntil('Stop');
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

  test('exited, with how', async () => {
    const agent = await ready();
    await agent.say('/exit');
    await agent.ended();
    expect(await agent.becomes('exited')).toMatchObject({ evidence: { signal: 'process' } });
  });
}
