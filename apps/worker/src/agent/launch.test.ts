/** What is executed for a session, tried by executing it: a fake program prints what it was given. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeSessionId } from '@dashboard/protocol/ids';
import { PROMPT_BYTES_MAX } from '@dashboard/protocol/limits';
import { UUID_PATTERN } from '@dashboard/protocol/ids';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentSessionId, launchOf, type Start } from './launch.ts';
import { BUILT_IN_PROFILES, type Profile } from './profiles.ts';

const run = promisify(execFile);
const SESSION = makeSessionId(0, new Uint8Array(16));
const START: Start = {
  conversation: { id: agentSessionId(SESSION), isBegun: false },
  name: 'fix the parser',
  prompt: undefined,
  permissionMode: undefined,
  model: undefined,
  settings: '/run/dashboard/settings.json',
  directory: '/projects/app',
  program: '/usr/bin/program',
  environment: { HOME: '/home/zoe', PATH: '/usr/bin:/bin', WORKER_KEY_FILE: '/secret' },
};

function profile(id: string): Profile {
  const found = BUILT_IN_PROFILES.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no profile ${id}`);
  return found;
}

test('Claude gets an id of its own, the name and the prompt after "--"', () => {
  const { argv } = launchOf(profile('claude'), { ...START, prompt: 'say hello' });
  expect(argv).toEqual([
    '/usr/bin/program',
    '--session-id',
    agentSessionId(SESSION),
    '--name=fix the parser',
    '--settings=/run/dashboard/settings.json',
    '--',
    'say hello',
  ]);
  expect(launchOf(profile('claude'), START).argv).not.toContain('--');
});

test('a permission mode and a model are arguments, and only those that the profile offers', () => {
  const start = { ...START, prompt: 'go', permissionMode: 'plan', model: 'sonnet[1m]' };
  const { argv } = launchOf(profile('claude'), start);
  expect(argv.slice(5)).toEqual(['--permission-mode=plan', '--model=sonnet[1m]', '--', 'go']);
  const refused = expect.objectContaining({ code: 'invalid_request' });
  for (const change of [{ permissionMode: 'bypassPermissions' }, { permissionMode: 'toString' }]) {
    expect(() => launchOf(profile('claude'), { ...START, ...change })).toThrow(refused);
  }
  for (const change of [{ permissionMode: 'plan' }, { model: 'opus' }]) {
    expect(() => launchOf(profile('shell'), { ...START, ...change })).toThrow(refused);
  }
});

test('a conversation is known where the arguments name it', () => {
  expect(launchOf(profile('claude'), START).conversation).toBe(agentSessionId(SESSION));
  expect(launchOf(profile('shell'), START).conversation).toBeNull();
});

test('a shell is a login shell and takes no prompt', () => {
  expect(launchOf(profile('shell'), START).argv).toEqual(['/usr/bin/program', '-l']);
  expect(() => launchOf(profile('shell'), { ...START, prompt: 'ls' })).toThrow(
    expect.objectContaining({ code: 'invalid_request' }),
  );
});

test('the environment is the allowed part of ours, the directory and what the profile adds', () => {
  const { env } = launchOf(profile('claude'), START);
  expect(env).toMatchObject({
    HOME: '/home/zoe',
    PWD: '/projects/app',
    TERM: 'xterm-256color',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_AGENT_VIEW: '1',
  });
  expect(JSON.stringify(env)).not.toContain('secret');
  expect(launchOf(profile('shell'), START).env).not.toHaveProperty('DISABLE_AUTOUPDATER');
});

test('a prompt is bounded in bytes, as an argument is', () => {
  const launch = (prompt: string) => launchOf(profile('claude'), { ...START, prompt });
  expect(launch('x'.repeat(PROMPT_BYTES_MAX)).argv.at(-1)).toHaveLength(PROMPT_BYTES_MAX);
  expect(() => launch('é'.repeat(PROMPT_BYTES_MAX))).toThrow(
    expect.objectContaining({ code: 'too_large' }),
  );
});

test('whatever name and prompt hold, they arrive whole and as one argument each', async () => {
  const directory = await temporaryDirectory();
  const program = join(directory, 'claude');
  await writeFile(program, '#!/bin/sh\nprintf "%s\\0" "$@"\n', { mode: 0o755 });
  const texts = [
    '-p',
    '--dangerously-skip-permissions',
    '--',
    '$(touch canary)`id`',
    'it\'s; ls | "x" > y & #(z)',
    '{uuid} {name} $& $1',
    'two\nlines\tand a tab',
    '🎉 ünï \u200f',
    ' ',
  ];
  for (const text of texts) {
    const { argv, env } = launchOf(profile('claude'), {
      ...START,
      program,
      name: text,
      prompt: text,
    });
    const [file, ...args] = argv;
    const { stdout } = await run(file, args, { env });
    expect(stdout.split('\0').slice(0, -1)).toEqual([
      '--session-id',
      agentSessionId(SESSION),
      `--name=${text}`,
      `--settings=${START.settings}`,
      '--',
      text,
    ]);
  }
});

test('no name makes another option, no prompt stands before "--"', () => {
  const text = fc.string({ unit: 'grapheme' });
  fc.assert(
    fc.property(text, text, (name, prompt) => {
      const { argv } = launchOf(profile('claude'), { ...START, name, prompt });
      expect(argv).toHaveLength(7);
      expect(argv[3]).toBe(`--name=${name}`);
      expect(argv.slice(5)).toEqual(['--', prompt]);
    }),
  );
});

test("an agent's session id is a UUID, the same for a session and another for each other", () => {
  const chance = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(chance, (random) => {
      const id = makeSessionId(1, random);
      expect(agentSessionId(id)).toMatch(new RegExp(UUID_PATTERN));
      expect(agentSessionId(id)).toBe(agentSessionId(id));
      expect(agentSessionId(id)).not.toBe(agentSessionId(SESSION));
    }),
  );
});
