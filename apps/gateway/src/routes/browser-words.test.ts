/** What browsers call themselves, in words. */
import { BROWSER_CHARS_MAX } from '@dashboard/protocol/limits';
import { expect, test } from 'vitest';
import { browserInWords } from './browser-words.ts';

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  ['curl/8.5.0', 'curl'],
  ['<img src=x>', ''],
  ['', ''],
  [undefined, ''],
])('%j is %j', (userAgent, words) => {
  expect(browserInWords(userAgent)).toBe(words);
});

test('it stays short, whatever is sent', () => {
  expect(browserInWords('x'.repeat(10_000)).length).toBeLessThanOrEqual(BROWSER_CHARS_MAX);
});
