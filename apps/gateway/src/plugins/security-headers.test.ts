/** S51, S52: what every answer tells the browser, also one that refuses. */
import { expect, test } from 'vitest';
import { startTestApp } from '../../test/test-app.ts';

const EXPECTED = {
  'cache-control': 'no-store',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

test.each([
  ['an answer', '/api/setup', {}, 200],
  ['a refusal', '/api/me', {}, 401],
  ['an unknown address', '/api/nothing', {}, 404],
  ['a foreign host', '/', { host: 'evil.test' }, 421],
  ['the page', '/', { accept: 'text/html' }, 503],
])('%s has them all', async (...[, url, headers, status]) => {
  const { browser } = await startTestApp();
  const response = await browser().request('GET', url, { headers });
  expect(response.statusCode).toBe(status);
  expect(response.headers).toMatchObject(EXPECTED);
  expect(response.headers['x-powered-by'] ?? response.headers['server']).toBeUndefined();
});

test('the policy lets in our own scripts and those with the nonce of this answer', async () => {
  const { browser } = await startTestApp();
  const policies = [];
  for (let n = 0; n < 3; n++) {
    const { headers } = await browser().request('GET', '/api/setup');
    policies.push(String(headers['content-security-policy']));
  }
  const [policy = ''] = policies;
  const directives: Record<string, string[]> = Object.fromEntries(
    policy.split('; ').map((part) => [part.split(' ')[0], part.split(' ').slice(1)]),
  );
  expect(directives).toMatchObject({
    'default-src': ["'none'"],
    'script-src': ["'self'", expect.stringMatching(/^'nonce-[A-Za-z0-9+/=]{24}'$/)],
    'object-src': ["'none'"],
    'worker-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
  });
  expect(directives['script-src']).not.toContain("'unsafe-inline'");
  expect(policy).not.toContain('unsafe-eval');
  expect(new Set(policies).size).toBe(3);
});
