/** S56: what every log line says, and what none ever says. */
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';

function logged(
  write: (logger: ReturnType<typeof createLogger>) => void,
): Record<string, unknown>[] {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const options = { service: 'gateway', release: '1.2.3', environment: 'test' } as const;
  write(createLogger({ ...options, level: 'info', destination }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is JSON with service, version, environment and a level in words', () => {
  const [line] = logged((logger) => logger.info({ event: 'listening' }, 'hello'));
  expect(line).toMatchObject({
    level: 'info',
    service: 'gateway',
    version: '1.2.3',
    environment: 'test',
    event: 'listening',
    msg: 'hello',
  });
});

const NAMES =
  `password passwordHash newPassword token accessToken refresh_token setup-token ticket secret
  clientSecret cookie cookies set-cookie Set-Cookie authorization Authorization Proxy-Authorization
  sec-websocket-protocol key apiKey privateKey p256dh otp totp recoveryCode recoveryCodes
  codeVerifier credentials`.split(/\s+/);

test.each(NAMES)('S56: a field called %s does not reach the log, wherever it lies', (name) => {
  const held = { [name]: 'canary' };
  const lines = logged((logger) => {
    logger.info(held, 'at the top');
    logger.info({ user: held, list: [{ of: { these: held } }] }, 'further down');
    logger.info({ [name]: { inside: ['canary'] } }, 'as an object');
    logger.info({ req: { headers: held }, res: { headers: held } }, 'in headers');
    logger.child(held).info('in a child');
    logger.child({ of: held }, { level: 'info' }).info('in a child, further down');
    logger.error({ err: Object.assign(new Error('it broke'), held, { config: held }) });
    logger.error(Object.assign(new Error('it broke'), { cause: Object.assign(new Error(), held) }));
  });
  expect(lines).toHaveLength(8);
  expect(JSON.stringify(lines)).not.toContain('canary');
});

const JWT = `eyJ${'canary'.repeat(4)}.${'canary'.repeat(4)}.canary`;
test.each([
  'Authorization: Bearer canary-canary-canary',
  `a token ${JWT} in words`,
  `after a line\n${JWT}`,
  'ANTHROPIC_API_KEY is sk-ant-canary-canary-canary',
  `dashboard.v1, ticket.${'canary'.repeat(7)}`,
  'GET /api/oidc?state=1&code=canary&x=2',
  'https://push.example/?token=canary',
])('S56: what has the form of a secret goes from any text: %s', (text) => {
  const lines = logged((logger) => {
    logger.info(text);
    logger.info({ address: text, list: [text] }, 'in fields');
    logger.error(new Error(text));
  });
  expect(lines).toHaveLength(3);
  expect(JSON.stringify(lines)).not.toContain('canary');
});

test('codes of errors, ids and counts stay', () => {
  const said = {
    code: 'not_found',
    tokens: 12,
    keyCount: 2,
    kid: 'k1',
    loginId: 'abc',
    requestId: 'r',
  };
  const [line] = logged((logger) => logger.info(said, 'kept'));
  expect(line).toMatchObject(said);
});

test('an error keeps its kind, its words and its stack', () => {
  const [line] = logged((logger) => logger.error(new TypeError('it broke')));
  expect(line).toMatchObject({ err: { type: 'TypeError', message: 'it broke' } });
  expect(JSON.stringify(line)).toContain('logger.test.ts');
});

test('what has no end and what has no JSON still makes a line', () => {
  const circle: Record<string, unknown> = { when: new Date(0) };
  circle['self'] = circle;
  const [line] = logged((logger) => logger.info({ circle, bytes: Buffer.from('a') }, 'round'));
  expect(line).toMatchObject({ msg: 'round', circle: { when: '1970-01-01T00:00:00.000Z' } });
});

test('S56: nothing in a line acts on a terminal or begins a line of its own', () => {
  const hostile = '\r\n{"level":"fatal"}\u001b[2J\u001b]0;x\u0007\u007f\u009b2J\u0085\u2028\u202e';
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const options = { service: 'gateway', release: '1', environment: 'test', level: 'info' } as const;
  const logger = createLogger({ ...options, destination });
  logger.info({ name: hostile, [hostile]: 1 }, hostile);
  logger.child({ of: hostile }).error(new Error(hostile));
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).toMatch(/^[^\p{Cc}\u2028\u2029\u202a-\u202e]+\n$/u);
    expect(JSON.stringify(JSON.parse(line))).toContain('\u009b2J'); // escaped, not lost
  }
});
