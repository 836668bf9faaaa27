/** Everything wrong with an environment is told at once, in words, and no secret shows. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { ConfigurationError, parseEnvironment, readAll, readSecretFile } from './config.ts';

const Schema = Type.Object({
  PORT: Type.Integer({
    minimum: 0,
    maximum: 65_535,
    default: 3000,
    description: 'where to listen',
  }),
  LOG_LEVEL: Type.Union([Type.Literal('info'), Type.Literal('debug')], { default: 'info' }),
  DB_PATH: Type.String({ minLength: 1, description: 'file of the database' }),
  NGROK_PASS: Type.Optional(Type.String({ minLength: 12 })),
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseEnvironment(Schema, env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test('texts become numbers, defaults are filled in, strangers are left out', () => {
  expect(parseEnvironment(Schema, { PORT: '80', DB_PATH: '/x', HOME: '/root' })).toEqual({
    PORT: 80,
    LOG_LEVEL: 'info',
    DB_PATH: '/x',
  });
});

test('an empty variable is an unset one', () => {
  expect(parseEnvironment(Schema, { PORT: '', DB_PATH: '/x' })).toMatchObject({ PORT: 3000 });
});

test('all problems come at once, one line a variable', () => {
  expect(problemsOf({ PORT: '99999', LOG_LEVEL: 'loud' })).toEqual([
    'DB_PATH is missing (file of the database)',
    'PORT must be <= 65535, not "99999" (where to listen)',
    'LOG_LEVEL must be one of info, debug, not "loud"',
  ]);
});

test('a secret that is wrong is not repeated', () => {
  const [problem = ''] = problemsOf({ DB_PATH: '/x', NGROK_PASS: 'hunter2' });
  expect(problem).toContain('NGROK_PASS');
  expect(problem).not.toContain('hunter2');
});

test('checks that fail are told together', () => {
  const fails = (text: string) => () => {
    throw new ConfigurationError([text]);
  };
  expect(() => readAll({ a: fails('one'), b: () => undefined, c: fails('two') })).toThrow(
    'one; two',
  );
});

test('a secret file that everybody may read is refused', async () => {
  const path = join(await temporaryDirectory(), 'secret');
  writeFileSync(path, 'x');
  chmodSync(path, 0o644);
  expect(() => readSecretFile(path, 'A_FILE')).toThrow('chmod 600');
  chmodSync(path, 0o600);
  expect(readSecretFile(path, 'A_FILE').toString()).toBe('x');
});

test('a secret file that is not there is named with its variable', () => {
  expect(() => readSecretFile('/nowhere/secret', 'A_FILE')).toThrow('A_FILE');
});
