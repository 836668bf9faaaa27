/** What an agent asks is answered from the dashboard, or in its terminal, and whoever comes second is told. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Approval, ApprovalOutcome } from '@dashboard/protocol/approvals';
import type { ApprovalId } from '@dashboard/protocol/ids';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { ESC, type Here, type Ready } from './claims.ts';
import type { WatchedAgent } from './watched-agent.ts';

export function approving(ready: Ready, here: Here): void {
  const asks = async (prompt: string): Promise<{ agent: WatchedAgent; approval: Approval }> => {
    const agent = await ready();
    await agent.say(prompt);
    return { agent, approval: await agent.asks() };
  };
  /** How it ended, as a page is told. */
  const outcomeOf = async (id: ApprovalId): Promise<ApprovalOutcome> =>
    await until(
      () => {
        const { events } = here().events;
        const event = events.find((one) => one.type === 'approval_retired' && one.id === id);
        return event?.type === 'approval_retired' && event.outcome;
      },
      { what: 'the question is over' },
    );

  test('a command is allowed from the dashboard while its dialog stands in the terminal', async () => {
    const { agent, approval } = await asks('BASH: touch made.txt');
    expect(approval).toMatchObject({
      ...{ kind: 'permission', tool: 'Bash', subagent: null, answered: null },
      ...{ directory: agent.directory, subject: { is: 'command' } },
    });
    expect(JSON.stringify(approval.subject)).toContain('touch made.txt');
    expect(here().events.events).toContainEqual({ type: 'approval', approval });
    await agent.shows('1. Yes');
    expect(await agent.answer(approval, { verdict: 'allow' })).toMatchObject({
      answered: { name: 'owner', verdict: 'allow' },
    });
    await agent.hooksUntil('Stop');
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(true);
    expect(await outcomeOf(approval.id)).toMatchObject({ how: 'answered', isConfirmed: true });
    expect((await here().stack.owner.call('listApprovals')).approvals).toEqual([]);
  });

  test('a denial takes its words to the model, and who denied is in both logs', async () => {
    const { agent, approval } = await asks('BASH: touch made.txt');
    await agent.answer(approval, { verdict: 'deny', message: 'not today, please' });
    await agent.shows('not today, please');
    await agent.hooksUntil('Stop');
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(false);
    const { worker, gateway } = here().stack;
    const audit = { event: 'approval_answered', approval: approval.id, verdict: 'deny' };
    expect(worker.entries).toContainEqual(
      expect.objectContaining({ ...audit, person: 'owner', tool: 'Bash' }),
    );
    expect(gateway.entries).toContainEqual(
      expect.objectContaining({ ...audit, person: 'owner', address: '127.0.0.1' }),
    );
    const logs = JSON.stringify([worker.entries, gateway.entries]);
    expect(logs).not.toMatch(/touch made|not today/);
  });

  test('answered in the terminal, it is retired, and nobody can answer it any more', async () => {
    const { agent, approval } = await asks('BASH: touch made.txt');
    await agent.choose('1');
    expect(await outcomeOf(approval.id)).toEqual({ how: 'in_terminal' });
    await expect(agent.answer(approval, { verdict: 'deny' })).rejects.toMatchObject({
      ...{ code: 'already_answered', message: 'it was answered in the terminal' },
    });
    await agent.hooksUntil('Stop');
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(true);
  });

  test('Esc in the terminal retires it, and no tool has run', async () => {
    const { agent, approval } = await asks('BASH: touch made.txt');
    await agent.choose(ESC);
    expect((await outcomeOf(approval.id)).how).not.toBe('answered');
    await agent.is('idle');
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(false);
  });

  test('of two people one is first, and the other is told who', async () => {
    const { agent, approval } = await asks('BASH: touch made.txt');
    const { owner } = here().stack;
    const names = ['ann', 'ben'].map((name) => `${name}-${randomUUID()}`);
    const people = await Promise.all(names.map((name) => owner.invite(name, 'operator')));
    const tries = await Promise.allSettled(
      people.map((person) => agent.answer(approval, { verdict: 'allow' }, person)),
    );
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const first = names[tries.findIndex(({ status }) => status === 'fulfilled')];
    expect(tries).toContainEqual({
      status: 'rejected',
      reason: expect.objectContaining({
        ...{ code: 'already_answered', message: `${first} allowed it first` },
      }),
    });
    await agent.hooksUntil('Stop');
  });

  test('who only watches sees it and cannot answer', async () => {
    const { agent, approval } = await asks('BASH: touch made.txt');
    const watcher = await here().stack.owner.invite(`watcher-${randomUUID()}`, 'observer');
    expect((await watcher.call('listApprovals')).approvals).toEqual([approval]);
    await expect(agent.answer(approval, { verdict: 'allow' }, watcher)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await agent.choose(ESC);
    await agent.is('idle');
  });

  test('a question is answered from the dashboard', async () => {
    const { agent, approval } = await asks('ASK: Which colour? | red | green');
    expect(approval).toMatchObject({
      kind: 'question',
      subject: { questions: [{ question: 'Which colour?' }] },
    });
    await agent.answer(approval, { verdict: 'answer', answers: [['green']] });
    await agent.hooksUntil('Stop');
    const answers = { 'Which colour?': 'green' };
    expect(agent.call('PostToolUse')).toMatchObject({ tool_input: { answers } });
    expect(await outcomeOf(approval.id)).toMatchObject({ how: 'answered', isConfirmed: true });
  });

  test('a plan is accepted from the dashboard, and edits are still asked about', async () => {
    const agent = await ready();
    for (let times = 0; times < 2; times++) agent.press(`${ESC}[Z`);
    await agent.shows('plan mode on');
    await agent.say('PLAN: first this, then that');
    const approval = await agent.asks();
    expect(approval).toMatchObject({ kind: 'plan', subject: { is: 'plan' } });
    await agent.answer(approval, { verdict: 'allow' });
    await agent.hooksUntil('Stop');
    expect(agent.call('Stop')).toMatchObject({ permission_mode: 'default' });
  });

  test('a subagent is answered from the dashboard, before there is a dialog in the terminal', async () => {
    const { agent, approval } = await asks('TASK: BASH: touch made.txt');
    expect(approval).toMatchObject({ subagent: 'general-purpose' });
    await agent.answer(approval, { verdict: 'allow' });
    await agent.hooksUntil('SubagentStop');
    expect(existsSync(join(agent.directory, 'made.txt'))).toBe(true);
    await agent.hooksUntil('Stop');
    await agent.is('idle');
  });
}
