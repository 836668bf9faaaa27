/** S55, S56: who did what is a stream of its own, whole at any level, and without secrets. */
import { createLogger } from '@dashboard/runtime/logger';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';
import { audit, pageOf } from './index.ts';
import { REFUSALS_COUNTED_MS } from './limits.ts';

type Line = Readonly<Record<string, unknown>>;

function auditedIn(log: readonly string[]): Line[] {
  return log.map((line) => JSON.parse(line) as Line).filter((line) => line['log'] === 'audit');
}

test('logins that open, are refused and end are audited, with who, from where and the request', async () => {
  const { browser, owner, log } = await startTestApp();
  const person = await owner('olivia');
  const body = { name: 'canary typed as a name', password: 'canary of a password' };
  const refused = await browser().request('POST', '/api/login', { body });
  await person.request('POST', '/api/logout');
  const lines = auditedIn(log);
  const events = ['first_owner_added', 'login_opened', 'login_refused', 'logged_out'];
  expect(lines.map((line) => line['event'])).toEqual(events);
  for (const line of lines) {
    expect(line).toMatchObject({ service: 'gateway', level: 'info' });
    expect(line['address']).toEqual(expect.any(String));
    expect(line['requestId']).toEqual(expect.any(String));
  }
  expect(lines[2]).toMatchObject({
    code: 'invalid_credentials',
    requestId: refused.headers['x-request-id'],
  });
  expect(lines[3]).toMatchObject({ person: 'olivia', loginId: lines[1]?.['loginId'] });
  expect(JSON.stringify(lines)).not.toMatch(new RegExp(`canary|${PASSWORD}`));
});

test.each(['info', 'warn', 'fatal', 'silent'])(
  'LOG_LEVEL=%s leaves the audit whole',
  async (level) => {
    const log: string[] = [];
    const logger = createLogger({
      ...{ service: 'gateway', release: 'test', environment: 'test', level },
      destination: { write: (line) => void log.push(line) },
    });
    const app = Fastify({ loggerInstance: logger });
    onTestFinished(async () => await app.close());
    app.decorate('auditTrail', { add: () => undefined });
    app.get('/', (request) => {
      audit(request, null, { event: 'login_refused', code: 'invalid_credentials' });
      return 'done';
    });
    await app.inject('/');
    expect(auditedIn(log)).toMatchObject([
      { event: 'login_refused', msg: 'somebody could not log in' },
    ]);
  },
);

test('what is turned away at the door is in the trail within a minute, without the words of strangers', async () => {
  const { browser, trail, clock, databasePath } = await startTestApp();
  const stranger = browser({ address: '198.51.100.7' });
  for (let each = 0; each < 3; each++) {
    const headers = { origin: 'https://canary.example' };
    await stranger.request('POST', '/api/login', { headers, body: {} });
  }
  clock.advance(REFUSALS_COUNTED_MS);
  trail.flush();
  const { records } = pageOf(databasePath, { event: 'requests_refused' });
  expect(records).toMatchObject([{ rule: 'origin', network: '198.51.100.7', count: 3 }]);
  expect(JSON.stringify(records)).not.toContain('canary');
});
