/** What an agent does from its start to its end, as far as nobody has to answer it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { until } from '@dashboard/testkit/until';
import { expect, test } from 'vitest';
import { ASKED, ESC, TURN, type Here, type Ready, type Start } from './claims.ts';

export function launching(start: Start, ready: Ready, here: Here): void {
  test('name, first prompt and id of the conversation arrive whole, a dash in front or not', async () => {
    const agent = await start({ name: '--name', prompt: '-SAY: hello' });
    await agent.shows('You said: -SAY: hello');
    expect(await agent.hooksUntil('Stop')).toEqual(['SessionStart', ...TURN]);
    expect(agent.call('UserPromptSubmit')).toMatchObject({ prompt: '-SAY: hello' });
    const call = agent.call('SessionStart');
    const record = { name: '--name', sessionId: call?.session_id };
    await until(() => isDeepStrictEqual({ ...agent.record, ...record }, agent.record), {
      what: 'its record has both',
    });
    const path = String(call?.['transcript_path']);
    expect(path).toContain(`/${String(call?.session_id)}.jsonl`);
    await until(() => existsSync(path), { what: 'there is a transcript' });
  });

  test('nothing of the worker but what a session may know is in its environment', async () => {
    const agent = await ready();
    await agent.say('BASH: env > seen.txt');
    await agent.is('permission prompt');
    await agent.choose('1');
    await agent.hooksUntil('Stop');
    const lines = readFileSync(join(agent.directory, 'seen.txt'), 'utf8').split('\n');
    const names = lines.map((line) => line.split('=')[0] ?? '');
    expect(names).toContain('DISABLE_AUTOUPDATER');
    expect(names.filter((name) => /^(WORKER|DATA|RUNTIME|ALLOWED|LOG|NODE)_/.test(name))).toEqual(
      [],
    );
    expect(lines).toContain(`HOME=${here().home.directory}`);
  });
}

export function interrupting(ready: Ready): void {
  test('Esc ends a turn, and no hook says so', async () => {
    const agent = await ready();
    await agent.say('SLOW: 600 apples');
    await agent.shows('apples 3');
    await agent.is('busy');
    agent.press(ESC);
    await agent.shows('Interrupted');
    await agent.is('idle');
    await agent.say('SAY: and on');
    expect(await agent.hooksUntil('Stop')).toEqual(['UserPromptSubmit', ...TURN]);
  });

  test('Esc at a question of permission ends the turn, too', async () => {
    const agent = await ready();
    await agent.say('BASH: touch made.txt');
    await agent.choose(ESC);
    await agent.is('idle');
    await agent.say('SAY: and on');
    expect(await agent.hooksUntil('Stop')).toEqual([...ASKED, ...TURN]);
  });

  test('what is said while it works is told of at once, and done once Esc lets it', async () => {
    const agent = await ready();
    await agent.say('SLOW: 600 pears');
    await agent.shows('pears 3');
    await agent.hooksUntil('UserPromptSubmit');
    await agent.say('SAY: queued words');
    expect(await agent.hooksUntil('UserPromptSubmit')).toEqual(['UserPromptSubmit']);
    agent.press(ESC);
    expect(await agent.hooksUntil('Stop')).toEqual(['Stop']);
    expect(agent.call('Stop')).toMatchObject({ last_assistant_message: 'queued words' });
  });
}

export function ending(ready: Ready): void {
  test('compaction is told of from begin to end', async () => {
    const agent = await ready();
    await agent.say('/compact');
    const names = await agent.hooksUntil('PostCompact');
    // Who writes the summary counts as a subagent, now and then as two.
    expect(new Set(names)).toEqual(
      new Set(['PreCompact', 'SubagentStop', 'SessionStart', 'PostCompact']),
    );
    expect(agent.call('SessionStart')).toMatchObject({ source: 'compact' });
    await agent.is('idle');
  });

  test('/clear begins another conversation in the same process', async () => {
    const agent = await ready();
    const before = agent.call('SessionStart')?.session_id;
    await agent.say('/clear');
    expect(await agent.hooksUntil('SessionStart')).toEqual(['SessionEnd', 'SessionStart']);
    const after = agent.call('SessionStart')?.session_id;
    expect(after).not.toBe(before);
    await until(() => agent.record?.['sessionId'] === after, { what: 'its record says so' });
  });

  test('/exit ends the session with code 0, its record goes', async () => {
    const agent = await ready();
    await agent.say('/exit');
    expect(await agent.hooksUntil('SessionEnd')).toEqual(['SessionEnd']);
    expect(agent.call('SessionEnd')).toMatchObject({ reason: 'prompt_input_exit' });
    expect(await agent.ended()).toMatchObject({ exitCode: 0 });
    expect(agent.record).toBeUndefined();
  });
}
