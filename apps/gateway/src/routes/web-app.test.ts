/** The page: its html with a fresh nonce, its files for a year, and nothing else of the disk. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { describe, expect, test } from 'vitest';
import { startTestApp } from '../../test/test-app.ts';

const HTML = '<script nonce="__CSP_NONCE__">1</script><style nonce="__CSP_NONCE__"></style>';

async function startWithPage() {
  const directory = await temporaryDirectory();
  const webRoot = join(directory, 'build');
  await mkdir(join(webRoot, '_app/immutable'), { recursive: true });
  await writeFile(join(webRoot, '200.html'), HTML);
  await writeFile(join(webRoot, '_app/immutable/app.Hash.js'), 'let page;');
  await writeFile(join(webRoot, '_app/version.json'), '{}');
  await writeFile(join(webRoot, '.secret'), 'secret');
  await writeFile(join(directory, 'outside.txt'), 'secret');
  await symlink('/etc', join(webRoot, 'etc'));
  const { browser } = await startTestApp({ config: { webRoot } });
  const get = (url: string, accept = '*/*') =>
    browser().request('GET', url, { headers: { accept } });
  return { browser, get };
}

describe('a person', () => {
  test.each(['/', '/setup', '/sessions/01JD', '/200.html', '/index.html?x=1'])(
    'who opens %s gets the page, with the nonce of this answer',
    async (url) => {
      const { get } = await startWithPage();
      const [one, two] = [await get(url, 'text/html'), await get(url, 'text/html')];
      expect(one.statusCode).toBe(200);
      expect(one.headers['cache-control']).toBe('no-store');
      const [, nonce] =
        /script-src 'self' 'nonce-([^']+)'/.exec(String(one.headers['content-security-policy'])) ??
        [];
      expect(one.body).toBe(HTML.replaceAll('__CSP_NONCE__', String(nonce)));
      expect(two.body).not.toBe(one.body);
    },
  );

  test.each(['/api/nothing', '/api', '/health/none', '/metrics/none'])(
    'who opens %s learns that nothing is there',
    async (url) => {
      const { get } = await startWithPage();
      const response = await get(url, 'text/html');
      expect(response.json()).toMatchObject({ code: 'not_found' });
    },
  );

  test('is told how to build a page that is missing', async () => {
    const { browser } = await startTestApp();
    const response = await browser().request('GET', '/', { headers: { accept: 'text/html' } });
    expect(response.statusCode).toBe(503);
    expect(response.headers['content-type']).toContain('text/html');
    expect(response.body).toContain('pnpm build');
  });
});

describe('a file', () => {
  test('with a hash in its name is kept for a year, another is asked for each time', async () => {
    const { get } = await startWithPage();
    const hashed = await get('/_app/immutable/app.Hash.js');
    expect(hashed.body).toBe('let page;');
    expect(hashed.headers['content-type']).toContain('javascript');
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const other = await get('/_app/version.json');
    expect(other.headers['cache-control']).toBe('no-cache');
  });

  test('that is missing is not answered with html, which would be kept and run as a script', async () => {
    const { get } = await startWithPage();
    const response = await get('/_app/immutable/gone.js');
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ code: 'not_found' });
  });

  test('its head alone can be asked for', async () => {
    const { browser } = await startWithPage();
    const response = await browser().request('HEAD', '/_app/immutable/app.Hash.js');
    expect([response.statusCode, response.body]).toEqual([200, '']);
  });

  test.each([
    '/../outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e/outside.txt',
    '/_app/../../outside.txt',
    '/_app/..%5c..%5coutside.txt',
    '//etc/passwd',
    '/.secret',
    '/_app',
    '/%00',
    '/200.html%00.js',
  ])('outside of the page is not served: %s', async (url) => {
    const { get } = await startWithPage();
    const response = await get(url);
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
    expect(response.body).not.toMatch(/secret|root:/);
  });
});
