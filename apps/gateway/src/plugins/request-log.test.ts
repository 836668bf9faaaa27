/** S5, S56: the log finds a request again, and holds no secret. */
import { expect, test } from 'vitest';
import { PASSWORD, startTestApp } from '../../test/test-app.ts';

test('a request id that comes in goes out and stands in the log', async () => {
  const { browser, log } = await startTestApp();
  const headers = { 'x-request-id': 'proxy-0123456789' };
  const response = await browser().request('GET', '/api/setup', { headers });
  expect(response.headers['x-request-id']).toBe('proxy-0123456789');
  expect(log.join('')).toContain('"requestId":"proxy-0123456789"');
});

test.each(['short', 'a'.repeat(65), 'with space', '{"forged":1}', 'a\\nb-12345678'])(
  'one that could forge a line is replaced: %s',
  async (id) => {
    const { browser } = await startTestApp();
    const response = await browser().request('GET', '/api/setup', {
      headers: { 'x-request-id': id },
    });
    expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test('passwords, tokens, cookies and queries are nowhere in it', async () => {
  const { browser, owner, log, setupTokens } = await startTestApp();
  const person = await owner();
  await person.request('GET', '/api/me?ticket=canary-in-a-query');
  await person.request('GET', '/somewhere?token=canary-in-a-query');
  await person.request('GET', '/api/canary-in-a-path');
  await browser().request('POST', '/api/login', {
    body: { name: 'olivia', password: 'canary of a password' },
  });
  await browser().request('POST', '/api/login', { body: '{"password":"canary of a password"' });
  await browser().request('GET', '/api/me', { headers: { cookie: 'access=canary-in-a-cookie' } });
  await person.expect(200, 'POST', '/api/refresh');
  const text = log.join('');
  expect(text).toContain('"route":"/api/login"');
  const secrets = [PASSWORD, ...setupTokens, ...person.cookies.values()];
  for (const secret of [...secrets, 'canary']) expect(text).not.toContain(secret);
});
