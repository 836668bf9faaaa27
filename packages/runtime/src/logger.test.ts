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

test.each(['password', 'token', 'ticket', 'secret', 'cookie', 'authorization', 'key'])(
  'a %s does not reach the log, at the top or one level down',
  (name) => {
    const lines = logged((logger) => {
      logger.info({ [name]: 'canary' }, 'one');
      logger.info({ user: { [name]: 'canary' } }, 'two');
      logger.child({ [name]: 'canary' }).info('three');
    });
    expect(lines).toHaveLength(3);
    expect(JSON.stringify(lines)).not.toContain('canary');
  },
);

test('headers of a request lose what logs somebody in', () => {
  const headers = { cookie: 'canary', authorization: 'canary', 'sec-websocket-protocol': 'canary' };
  const lines = logged((logger) => logger.info({ req: { headers } }, 'request'));
  expect(JSON.stringify(lines)).not.toContain('canary');
});
