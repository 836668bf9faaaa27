/** Profiles from a file: the examples of the repository are some, and a mistake is said with its place. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '@dashboard/runtime/config';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, test } from 'vitest';
import { launchOf } from './launch.ts';
import { readOwnProfiles } from './own-profiles.ts';

const EXAMPLES = join(import.meta.dirname, '../../../../ops/profiles.example.json');

async function problemsOf(profiles: unknown): Promise<readonly string[]> {
  const path = join(await temporaryDirectory(), 'profiles.json');
  await writeFile(path, typeof profiles === 'string' ? profiles : JSON.stringify({ profiles }));
  try {
    readOwnProfiles(path);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return error.problems.map((problem) => problem.replaceAll(path, 'file'));
  }
}

const CODEX = { id: 'codex', label: 'Codex', command: 'codex' };

test('the examples are profiles', () => {
  const profiles = readOwnProfiles(EXAMPLES);
  expect(profiles.map(({ id }) => id)).toEqual([
    ...['codex', 'gemini', 'opencode', 'aider', 'claude-work'],
  ]);
});

test('what the file leaves out is nothing, and the program alone is watched', async () => {
  expect(await problemsOf([CODEX])).toEqual([]);
  const codex = readOwnProfiles(EXAMPLES)[0];
  expect(codex).toMatchObject({ argv: [], env: {}, places: [], agent: 'process' });
});

test('a wish becomes the arguments that the file says', () => {
  const [codex, gemini] = readOwnProfiles(EXAMPLES);
  if (codex === undefined || gemini === undefined) throw new Error('no examples');
  const start = {
    conversation: { id: 'first', isBegun: false },
    name: 'work',
    prompt: '{model} -x',
    permissionMode: undefined,
    model: 'some/model',
    settings: '/settings.json',
    directory: '/',
    program: '/bin/codex',
    environment: {},
  };
  const launch = launchOf(codex, start);
  expect(launch.argv).toEqual(['/bin/codex', '--model=some/model', '--', '{model} -x']);
  expect(launch.conversation).toBeNull();
  const conversation = { id: 'first', isBegun: true };
  expect(launchOf(codex, { ...start, prompt: undefined, conversation })).toMatchObject({
    argv: ['/bin/codex', 'resume', 'first', '--model=some/model'],
    conversation: 'first',
  });
  expect(launchOf(gemini, { ...start, permissionMode: 'plan' }).argv.slice(1)).toEqual([
    '--approval-mode=plan',
    '--model=some/model',
    '--prompt-interactive={model} -x',
  ]);
});

test.each([
  [[{ ...CODEX, argv: ['{nmae}'] }], 'file: codex: argv knows no {nmae}'],
  [
    [{ ...CODEX, prompt: { via: 'argv', argv: ['--prompt'] } }],
    'file: codex: prompt lacks {prompt}',
  ],
  [[{ ...CODEX, resumeArgv: ['resume'] }], 'file: codex: resumeArgv lacks {conversation}'],
  [
    [{ ...CODEX, permission: { modes: ['bypassPermissions'], argv: ['-p', '{mode}'] } }],
    'file: codex: bypassPermissions cannot be offered',
  ],
  [[CODEX, CODEX], 'file: there is more than one profile codex'],
  [[{ ...CODEX, id: 'claude' }], 'file: there is more than one profile claude'],
])('%j is refused: %s', async (profiles, problem) => {
  expect(await problemsOf(profiles)).toEqual([problem]);
});

test.each([
  ['{', /cannot be read/],
  [[{ ...CODEX, command: '/bin/sh -c x' }], /\/profiles\/0\/command/],
  [[{ ...CODEX, unknown: 1 }], /additional properties/],
  [[{ ...CODEX, env: { 'A B': 'x' } }], /"A B" is no name of a variable/],
  [[{ ...CODEX, argv: ['nul\u0000'] }], /\/profiles\/0\/argv\/0/],
  ['{}', /profiles/],
])('%j is refused with where it stands', async (profiles, problem) => {
  const problems = await problemsOf(profiles);
  expect(problems.join('\n')).toMatch(problem);
});

test('a file that is missing is said by its name', () => {
  expect(() => readOwnProfiles('/nonexistent.json')).toThrow(/nonexistent/);
});
