/** A public tunnel that nothing guards is not opened, and what is wrong with its secrets never shows. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError, type Environment } from '@dashboard/runtime/config';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, test } from 'vitest';
import { ngrokFile, parseNgrokConfig } from './ngrok-config.ts';

const AUTHTOKEN = `2${randomBytes(20).toString('hex')}_${randomBytes(10).toString('hex')}`;
const PASSWORD = 'seven-tidy-otters';
const GOOD = {
  NODE_ENV: 'development',
  ENABLE_NGROK: 'true',
  NGROK_AUTHTOKEN: AUTHTOKEN,
  NGROK_USER: 'olivia',
  NGROK_PASS: PASSWORD,
};

function problemsOf(env: Environment): readonly string[] {
  try {
    parseNgrokConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

test('whoever wants no tunnel needs none of its variables', () => {
  expect(parseNgrokConfig({})).toBeUndefined();
  expect(parseNgrokConfig({ ENABLE_NGROK: 'false', NGROK_USER: 'olivia' })).toBeUndefined();
});

test('whoever wants one says all of it', () => {
  const { NGROK_USER: user } = GOOD;
  expect(parseNgrokConfig(GOOD)).toEqual({ authtoken: AUTHTOKEN, user, password: PASSWORD });
  expect(problemsOf({ ENABLE_NGROK: 'true' })).toEqual([
    'NGROK_AUTHTOKEN_FILE is missing (ENABLE_NGROK is set)',
    'NGROK_USER is missing (ENABLE_NGROK is set)',
    'NGROK_PASS_FILE is missing (ENABLE_NGROK is set)',
  ]);
});

test('in production its secrets come from files', async () => {
  expect(problemsOf({ ...GOOD, NODE_ENV: '' })).toEqual([
    expect.stringContaining('NGROK_AUTHTOKEN is not read in production'),
    expect.stringContaining('NGROK_PASS is not read in production'),
  ]);
  const directory = await temporaryDirectory();
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(directory, name), `${text}\n`, { mode: 0o600 });
    return join(directory, name);
  };
  const env = {
    ENABLE_NGROK: 'true',
    NGROK_USER: 'olivia',
    NGROK_AUTHTOKEN_FILE: await file('token', AUTHTOKEN),
    NGROK_PASS_FILE: await file('pass', PASSWORD),
  };
  expect(parseNgrokConfig(env)).toMatchObject({ authtoken: AUTHTOKEN, password: PASSWORD });
});

test.each([
  ['NGROK_PASS', 'eleven-char'],
  ['NGROK_PASS', 'x'.repeat(129)],
  ['NGROK_PASS', 'change-me-please'],
  ['NGROK_PASS', 'my-Password-2026'],
  ['NGROK_PASS', '<your password>'],
  ['NGROK_PASS', 'aaaaaaaaaaaaaaaa'],
  ['NGROK_AUTHTOKEN', 'your_authtoken_goes_in_here'],
  ['NGROK_AUTHTOKEN', 'short'],
])('%s=%s is refused, and not repeated', (name, value) => {
  const problems = problemsOf({ ...GOOD, [name]: value });
  expect(problems).toEqual([expect.stringContaining(name)]);
  expect(problems.join()).not.toContain(value);
});

test('what ngrok reads asks for the name and the password before anything else', () => {
  const config = parseNgrokConfig({ ...GOOD, NGROK_DOMAIN: 'dashboard.ngrok.app' });
  expect(JSON.parse(ngrokFile(config ?? expect.unreachable(), 'gateway:3000'))).toEqual({
    version: '2',
    authtoken: AUTHTOKEN,
    tunnels: {
      dashboard: {
        proto: 'http',
        addr: 'gateway:3000',
        schemes: ['https'],
        basic_auth: [`olivia:${PASSWORD}`],
        hostname: 'dashboard.ngrok.app',
      },
    },
  });
});
