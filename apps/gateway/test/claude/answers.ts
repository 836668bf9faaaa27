/** What an agent asks a person, and who may answer: the terminal, or a hook beside it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ASKED, ESC, TURN, type Here, type Ready } from './claims.ts';

export function answering(ready: Ready, here: Here): void {
  test('a tool that asks waits for a person, who says yes', async () => {
    const agent = await ready();
    await agent.say('BASH: touch made.txt');
    expect(await agent.hooksUntil('PermissionRequest')).toEqual(ASKED);
    await agent.is('permission prompt');
    await agent.shows('1. Yes');
    await agent.choose('1');
    expect(await agent.hooksUntil('Stop')).toEqual(['PostToolUse', 'PostToolBatch', 'Stop']);
    await agent.is('idle');
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(true);
  });

  test('a hook may answer while the dialog stands there', async () => {
    const agent = await ready();
    here().hooks.hold();
    await agent.say('BASH: touch made.txt');
    await agent.hooksUntil('PermissionRequest');
    await agent.shows('1. Yes');
    here().hooks.answer({ behavior: 'allow' });
    expect(await agent.hooksUntil('Stop')).toEqual(['PostToolUse', 'PostToolBatch', 'Stop']);
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(true);
  });

  test("a hook's denial reaches the model, and the turn goes on", async () => {
    const agent = await ready();
    here().hooks.answer({ behavior: 'deny', message: 'not today' });
    await agent.say('BASH: touch made.txt');
    expect(await agent.hooksUntil('Stop')).toEqual([...ASKED, 'PostToolBatch', 'Stop']);
    await agent.shows('not today');
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(false);
  });

  test('the person in the terminal is quicker than the hook', async () => {
    const agent = await ready();
    here().hooks.hold();
    await agent.say('BASH: touch made.txt');
    await agent.hooksUntil('PermissionRequest');
    await agent.shows('1. Yes');
    await agent.choose('1');
    expect(await agent.hooksUntil('Stop')).toEqual(['PostToolUse', 'PostToolBatch', 'Stop']);
    here().hooks.answer({ behavior: 'deny', message: 'too late' });
    await agent.say('SAY: still here');
    expect(await agent.hooksUntil('Stop')).toEqual(TURN);
  });

  test('a question is answered in the terminal', async () => {
    const agent = await ready();
    await agent.say('ASK: Which colour? | red | green');
    expect(await agent.hooksUntil('PermissionRequest')).toEqual(ASKED);
    await agent.is('input needed');
    await agent.shows('2. green');
    await agent.choose('2');
    await agent.hooksUntil('Stop');
    const answers = { 'Which colour?': 'green' };
    expect(agent.call('PostToolUse')).toMatchObject({ tool_input: { answers } });
  });

  test('an allow without answers leaves the question where it is', async () => {
    const agent = await ready();
    here().hooks.answer({ behavior: 'allow' });
    await agent.say('ASK: Which colour? | red | green');
    await agent.hooksUntil('PermissionRequest');
    await agent.shows('2. green');
    await agent.is('input needed');
    expect(agent.call('PermissionRequest')).toMatchObject({
      tool_input: { questions: [{ question: 'Which colour?' }] },
    });
    await agent.choose(ESC);
    await agent.is('idle');
  });

  test('a question is answered by a hook that brings the answers', async () => {
    const agent = await ready();
    here().hooks.hold();
    await agent.say('ASK: Which colour? | red | green');
    await agent.hooksUntil('PermissionRequest');
    const input = agent.call('PermissionRequest')?.['tool_input'];
    const answers = { 'Which colour?': 'red' };
    here().hooks.answer({ behavior: 'allow', updatedInput: { ...Object(input), answers } });
    await agent.hooksUntil('Stop');
    expect(agent.call('PostToolUse')).toMatchObject({ tool_input: { answers } });
  });

  test('a plan waits to be accepted', async () => {
    const agent = await ready();
    for (let times = 0; times < 2; times++) agent.press(`${ESC}[Z`);
    await agent.shows('plan mode on');
    await agent.say('PLAN: first this, then that');
    await agent.hooksUntil('PermissionRequest');
    expect(agent.call('PermissionRequest')).toMatchObject({
      tool_name: 'ExitPlanMode',
      tool_input: { plan: 'first this, then that\n' },
    });
    await agent.is('permission prompt');
    await agent.shows('2. Yes, manually approve edits');
    await agent.choose('2');
    expect((await agent.hooksUntil('Stop')).slice(-1)).toEqual(['Stop']);
    expect(agent.call('Stop')).toMatchObject({ permission_mode: 'default' });
  });

  test('a subagent works beside, asks for itself, and its end begins a turn', async () => {
    const agent = await ready();
    await agent.say('TASK: BASH: touch made.txt');
    const approval = await agent.asks(); // there is no dialog before its hook has ended
    expect(agent.call('PermissionRequest')).toMatchObject({ agent_type: 'general-purpose' });
    await agent.hooksUntil('Stop'); // before or after the question: they run beside each other
    expect(agent.call('Stop')).toMatchObject({ background_tasks: [{ type: 'subagent' }] });
    await agent.answer(approval, { verdict: 'allow' });
    await agent.hooksUntil('SubagentStop');
    const names = await agent.hooksUntil('Stop');
    expect(names).toEqual(TURN);
    await agent.is('idle');
  });
}
