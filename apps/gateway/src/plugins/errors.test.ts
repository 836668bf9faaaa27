/** Every failure is a problem document, and ours tell a stranger nothing. */
import { DashboardError } from '@dashboard/protocol/errors';
import { Problem } from '@dashboard/protocol/problem';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../test/test-app.ts';
import { BODY_BYTES_MAX } from '../limits.ts';

const config = { access: 'public' } as const;

function startBroken(): Promise<TestApp> {
  return startTestApp({
    extend(app) {
      app.get('/api/bug', { config }, () => Promise.reject(new TypeError('secret of the house')));
      app.get('/api/odd', { config }, () => Promise.reject(new Error('down', { cause: 1 })));
      app.get('/api/full', { config }, () =>
        Promise.reject(new DashboardError('rate_limited', 'All places are taken.')),
      );
      app.get('/api/slow', { config }, () =>
        Promise.reject(
          new DashboardError('rate_limited', 'Slow down.', {
            retryAfterMs: 1_500,
            hint: 'for the operator',
          }),
        ),
      );
    },
  });
}

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

test.each<[string, number, string, Asked]>([
  ['an unknown address', 404, 'not_found', { url: '/api/nothing' }],
  ['an unknown address below a known one', 404, 'not_found', { url: '/api/me/x' }],
  ['an unknown method', 404, 'not_found', { method: 'PUT', url: '/api/setup', body: {} }],
  ['an address that cannot be decoded', 400, 'invalid_request', { url: '/api/%zz' }],
  [
    'an unknown field',
    400,
    'invalid_request',
    { method: 'POST', url: '/api/login', body: { name: 'a', password: 'b', admin: true } },
  ],
  [
    'a missing field',
    400,
    'invalid_request',
    { method: 'POST', url: '/api/login', body: { name: 'a' } },
  ],
  [
    'a number for a text',
    400,
    'invalid_request',
    { method: 'POST', url: '/api/login', body: { name: 1, password: 'b' } },
  ],
  ['no JSON', 400, 'invalid_request', { method: 'POST', url: '/api/login', body: '{"name":' }],
  [
    'a prototype in it',
    400,
    'invalid_request',
    { method: 'POST', url: '/api/login', body: '{"__proto__":{"x":1},"name":"a","password":"b"}' },
  ],
  ['no body', 400, 'invalid_request', { method: 'POST', url: '/api/login' }],
  [
    'a body where none belongs',
    400,
    'invalid_request',
    { method: 'POST', url: '/api/refresh', body: { x: 1 } },
  ],
  ['an unknown query', 400, 'invalid_request', { url: '/api/setup?x=1' }],
  [
    'a form',
    415,
    'unsupported_media',
    {
      method: 'POST',
      url: '/api/login',
      body: 'name=a',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
  ],
  [
    'plain text, which needs no preflight',
    415,
    'unsupported_media',
    {
      method: 'POST',
      url: '/api/login',
      body: '{"name":"a","password":"b"}',
      headers: { 'content-type': 'text/plain' },
    },
  ],
  [
    'too much',
    413,
    'too_large',
    {
      method: 'POST',
      url: '/api/login',
      body: { name: 'a', password: 'x'.repeat(BODY_BYTES_MAX) },
    },
  ],
  ['a bug', 500, 'internal', { url: '/api/bug' }],
])('%s', async (...[, status, code, { method = 'GET', url, ...more }]) => {
  const { browser } = await startBroken();
  const response = await browser().request(method, url, more);
  expect(response.statusCode).toBe(status);
  expect(response.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(Value.Check(Problem, response.json())).toBe(true);
  expect(response.json()).toMatchObject({
    code,
    status,
    requestId: response.headers['x-request-id'],
  });
});

test('a bug tells its request id and nothing else; the log tells all', async () => {
  const { browser, log } = await startBroken();
  const response = await browser().request('GET', '/api/bug');
  const { title } = response.json<Problem>();
  expect(title).toBe(`The server failed; request ${String(response.headers['x-request-id'])}.`);
  expect(response.body).not.toMatch(/secret|TypeError|\.ts/);
  expect(log.join('')).toContain('secret of the house');
});

test('an error with no code of ours is a bug, whatever it says', async () => {
  const { browser } = await startBroken();
  await browser().refused('internal', 'GET', '/api/odd');
});

test('a refusal says which field broke which rule, and repeats nothing that was sent', async () => {
  const { browser } = await startTestApp();
  const problem = await browser().refused('invalid_request', 'POST', '/api/setup', {
    token: 't',
    name: 'olivia',
    password: 'hunter2',
  });
  expect(problem.title).toBe('body/password must NOT have fewer than 15 characters');
});

test('when trying again helps, Retry-After says when, in whole seconds; hints stay here', async () => {
  const { browser } = await startBroken();
  const response = await browser().request('GET', '/api/slow');
  expect(response.headers['retry-after']).toBe('2');
  expect(response.json()).toMatchObject({ code: 'rate_limited', isRetryable: true });
  expect(response.body).not.toContain('operator');
  const full = await browser().request('GET', '/api/full');
  expect([full.statusCode, full.headers['retry-after']]).toEqual([429, '1']);
});
