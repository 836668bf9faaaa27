/** What Claude Code writes and says, from files and bodies in the form that was seen on 2.1.331. */
import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REGISTRY_BYTES_MAX, TRANSCRIPT_LINE_BYTES_MAX, TRANSCRIPT_TAIL_BYTES } from '../limits.ts';
import { claudeJsonPath, configDirectoryOf, transcriptIn } from './config-directory.ts';
import { hookSignal, parseHookInput } from './hook-input.ts';
import { findOwnStatusLine } from './own-status-line.ts';
import { readRegistry, type RegistryReading } from './registry.ts';
import { setupDialogOn } from './screen-rules.ts';
import { statusLineSignal } from './status-line.ts';
import { transcriptSignal } from './transcript-signals.ts';
import { TranscriptTail } from './transcript-tail.ts';

const CONVERSATION = '11111111-1111-4111-8111-111111111111';
const NOW = 1_800_000_000_000;

describe('the registry', () => {
  async function place() {
    const directory = await temporaryDirectory();
    const stat = await readFile(`/proc/${process.pid}/stat`, 'utf8');
    const procStart = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    const entry = {
      ...{ pid: process.pid, sessionId: CONVERSATION, cwd: '/srv', version: '2.1.331', procStart },
      ...{ status: 'waiting', waitingFor: 'permission prompt', statusUpdatedAt: NOW - 10 },
    };
    const file = join(directory, `${process.pid}.json`);
    const write = async (change: unknown, path = file) =>
      await writeFile(path, typeof change === 'string' ? change : JSON.stringify(change));
    const read = async (pid = process.pid): Promise<RegistryReading> =>
      await readRegistry({ directory, pid, conversation: CONVERSATION, nowMs: NOW });
    return { directory, entry, write, read };
  }

  test('says what it waits for, since when, and in which conversation', async () => {
    const { entry, write, read } = await place();
    await write(entry);
    expect(await read()).toEqual({
      signal: {
        ...{ from: 'registry', atMs: NOW, sinceMs: NOW - 10, what: 'waiting' },
        ...{ waitingFor: 'permission prompt', conversation: CONVERSATION },
      },
    });
    await write({ ...entry, statusUpdatedAt: NOW + 99_999 });
    expect(await read()).toMatchObject({ signal: { sinceMs: NOW } });
  });

  test('of a process that had the same number before means nothing', async () => {
    const { entry, write, read } = await place();
    await write({ ...entry, procStart: '1' });
    expect(await read()).toBe('absent');
  });

  test('is found by its conversation where a wrapper has the pane', async () => {
    const { directory, entry, write, read } = await place();
    await write('{', join(directory, '17.json'));
    await write({ ...entry, status: 'busy' }, join(directory, '18.json'));
    await write({ ...entry, sessionId: 'another' }, join(directory, '19.json'));
    expect(await read(4_194_304)).toMatchObject({ signal: { what: 'busy' } });
  });

  test('that has no status yet is as none', async () => {
    const { entry, write, read } = await place();
    await write({ ...entry, status: undefined });
    expect(await read()).toBe('absent');
  });

  test('of another form is odd, with the fields that are', async () => {
    const { entry, write, read } = await place();
    await write({ ...entry, status: 'dreaming' });
    expect(await read()).toEqual({ odd: 'status' });
    await write('{"pid":');
    expect(await read()).toEqual({ odd: 'no JSON' });
    await write({ ...entry, more: 'x'.repeat(REGISTRY_BYTES_MAX) });
    expect(await read()).toBe('absent');
  });

  test('that is a pipe is not waited for', async () => {
    const { directory, read } = await place();
    await promisify(execFile)('mkfifo', [join(directory, `${process.pid}.json`)]);
    expect(await read()).toBe('absent');
  });
});

describe('a transcript', () => {
  async function place(text = '') {
    const path = join(await temporaryDirectory(), 'x.jsonl');
    await writeFile(path, text);
    return { path, tail: new TranscriptTail(path) };
  }

  test('is followed line by line, however it is cut', async () => {
    const { path, tail } = await place('{"a":1}\n{"b":');
    expect(await tail.read()).toEqual([{ a: 1 }]);
    await appendFile(path, '"ü');
    expect(await tail.read()).toEqual([]);
    await appendFile(path, '"}\nno json\n{"c":3}\n');
    expect(await tail.read()).toEqual([{ b: 'ü' }, { c: 3 }]);
    expect(await tail.read()).toEqual([]);
  });

  test('that is long already is read from near its end, from the start of a line', async () => {
    const { tail } = await place(
      `${'{"old":true}\n'.repeat(TRANSCRIPT_TAIL_BYTES / 5)}{"new":1}\n`,
    );
    const values = await tail.read();
    expect(values.at(-1)).toEqual({ new: 1 });
    expect(values.length).toBeLessThan(TRANSCRIPT_TAIL_BYTES / 12);
    expect(values.slice(0, -1)).toEqual(values.slice(0, -1).map(() => ({ old: true })));
  });

  test('may have a line that is too long, and goes on behind it', async () => {
    const { path, tail } = await place('');
    await tail.read();
    const long = JSON.stringify({ long: 'x'.repeat(TRANSCRIPT_LINE_BYTES_MAX) });
    await appendFile(path, `{"a":1}\n${long}\n{"b":2}\n`);
    const values: unknown[] = [];
    for (let look = 0; look < 8; look++) values.push(...(await tail.read()));
    expect(values.map((value) => Object.keys(value ?? {}))).toEqual([['a'], ['b']]);
  });

  test('that is replaced by a shorter one is begun anew', async () => {
    const { path, tail } = await place('{"a":1}\n{"a":2}\n');
    await tail.read();
    await writeFile(path, '{"b":1}\n');
    expect(await tail.read()).toEqual([{ b: 1 }]);
  });

  test('is read from its beginning where that is asked for, and only what is wanted', async () => {
    const { path } = await place(`${'{"old":1}\n'.repeat(TRANSCRIPT_TAIL_BYTES)}{"new":1}\n`);
    const tail = new TranscriptTail(path, {
      from: 'beginning',
      wants: (line) => line.at(2) !== 0x6e,
    });
    let count = (await tail.read()).length;
    expect(tail.hasMore).toBe(true);
    while (tail.hasMore) count += (await tail.read()).length;
    expect(count).toBe(TRANSCRIPT_TAIL_BYTES);
    expect(tail.offset).toBe((await stat(path)).size);
    await writeFile(path, '{"other":1}\n');
    expect(await tail.read()).toEqual([{ other: 1 }]);
    expect(tail.beginnings).toBe(2);
  });

  test.each(['[Request interrupted by user]', '[Request interrupted by user for tool use]'])(
    'tells of an interrupt: %s',
    (text) => {
      const timestamp = new Date(NOW - 40).toISOString();
      const message = { role: 'user', content: [{ type: 'text', text }] };
      const line = { type: 'user', isSidechain: false, timestamp, message };
      const interrupted = { what: 'interrupted', atMs: NOW - 40 };
      expect(transcriptSignal(line, NOW)).toMatchObject(interrupted);
      expect(transcriptSignal({ ...line, isSidechain: true }, NOW)).toBeUndefined();
      expect(transcriptSignal({ ...line, type: 'api-request-blob' }, NOW)).toBeUndefined();
    },
  );

  test('tells a title, on one line', () => {
    const line = { type: 'ai-title', aiTitle: 'Fix\nthe \u001b[31mparser' };
    expect(transcriptSignal(line, NOW)).toMatchObject({ what: 'title', title: 'Fix the parser' });
  });

  test('lies in the directory of projects, or is none', () => {
    const within = (path: string) => transcriptIn('/home/zoe/.claude', path);
    expect(within('/home/zoe/.claude/projects/-srv/x.jsonl')).toBe(true);
    for (const path of [
      ...['/etc/passwd', '/home/zoe/.claude/projects/../../x.jsonl', 'x.jsonl'],
      ...['/home/zoe/.claude/projects/x.json', '/home/zoe/.claude/projects2/x.jsonl'],
    ]) {
      expect(within(path)).toBe(false);
    }
  });
});

describe('a hook', () => {
  test('says which tool it is about by what its input says most', () => {
    const tool = (tool_name: string, tool_input: object) =>
      hookSignal('PreToolUse', parseHookInput({ tool_name, tool_input }), NOW).tool;
    expect(tool('Bash', { command: 'npm  test\n', description: 'x' })).toEqual({
      name: 'Bash',
      gist: 'npm test',
    });
    expect(tool('Edit', { file_path: '/a.ts', old_string: 'x' })?.gist).toBe('/a.ts');
    const questions = [{ question: 'Which?', options: [] }];
    expect(tool('AskUserQuestion', { questions })?.gist).toBe('Which?');
    expect(tool('New', { x: 1 })).toEqual({ name: 'New', gist: '' });
  });

  test('of another form is known by its name, whatever it holds', () => {
    expect(parseHookInput({ tool_name: 7 })).toBeUndefined();
    fc.assert(
      fc.property(fc.anything(), fc.string(), (body, event) => {
        const signal = hookSignal(event, parseHookInput(body), NOW);
        expect(signal).toMatchObject({ from: 'hook', event, atMs: NOW });
      }),
    );
  });

  test('counts the tasks that go on, and no id that is none', () => {
    const background_tasks = [{ status: 'running' }, { status: 'completed' }, 'x'];
    const input = parseHookInput({ background_tasks, session_id: '../../x' });
    expect(hookSignal('Stop', input, NOW)).toMatchObject({ tasks: 1, conversation: null });
  });
});

describe('the status line', () => {
  test('tells model, cost, context and the limit that is used up', () => {
    const five_hour = { used_percentage: 100, resets_at: 1_800_000_100 };
    const seven_day = { used_percentage: 40, resets_at: 1_900_000_000 };
    const body = {
      session_name: 'lab',
      model: { id: 'claude-opus-5-5', display_name: 'Opus 5.5' },
      cost: { total_cost_usd: 0.25 },
      context_window: { used_percentage: 101, current_usage: null },
      rate_limits: { five_hour, seven_day, other: null },
    };
    expect(statusLineSignal(body, NOW)).toEqual({
      ...{ from: 'status_line', atMs: NOW, title: 'lab', model: 'Opus 5.5', costUsd: 0.25 },
      ...{ contextPercent: 100, limitEndsAtMs: 1_800_000_100_000 },
    });
    expect(statusLineSignal({}, NOW)).toMatchObject({ costUsd: null, limitEndsAtMs: null });
    expect(statusLineSignal({ cost: 'much' }, NOW)).toBeUndefined();
  });

  test('of the user is found where Claude Code would look first', async () => {
    const root = await temporaryDirectory();
    const [config, project] = [join(root, 'config'), join(root, 'project')];
    await mkdir(join(project, '.claude'), { recursive: true });
    await mkdir(config);
    const set = async (path: string, command: string) =>
      await writeFile(path, JSON.stringify({ statusLine: { type: 'command', command } }));
    const found = async () => (await findOwnStatusLine(config, project))?.command;
    expect(await found()).toBeUndefined();
    await set(join(config, 'settings.json'), 'of the user');
    expect(await found()).toBe('of the user');
    await writeFile(join(project, '.claude/settings.json'), '{ "model": "x" }');
    expect(await found()).toBe('of the user');
    await set(join(project, '.claude/settings.local.json'), 'of the project');
    expect(await found()).toBe('of the project');
  });
});

test.each([
  [
    'trust',
    [
      'Quick safety check: is this a project you trust?',
      '❯ No, exit',
      '  Yes, I trust this folder',
    ],
  ],
  [
    'api_key',
    ['Detected a custom API key in your environment', 'Do you want to use this API key?'],
  ],
  ['login', ['Select login method:', '❯ 1. Claude account with subscription']],
  ['onboarding', ['Choose the text style that looks best with your terminal']],
  [null, ['❯ ', '  ⏸ manual mode on', 'I trust that this works']],
])('a screen shows %s', (dialog, rows) => {
  expect(setupDialogOn(rows)).toBe(dialog);
});

test('the files of Claude Code are where its environment says', () => {
  expect(configDirectoryOf({ HOME: '/home/zoe' })).toBe('/home/zoe/.claude');
  expect(claudeJsonPath({ HOME: '/home/zoe' })).toBe('/home/zoe/.claude.json');
  const own = { HOME: '/home/zoe', CLAUDE_CONFIG_DIR: '/srv/claude' };
  expect(configDirectoryOf(own)).toBe('/srv/claude');
  expect(claudeJsonPath(own)).toBe('/srv/claude/.claude.json');
  expect(configDirectoryOf({})).toBeUndefined();
});
