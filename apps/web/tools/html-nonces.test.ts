/** The placeholder on everything that the browser would otherwise block. */
import { expect, test } from 'vitest';
import { addNonces } from './html-nonces.ts';

test('scripts and styles get the placeholder, once', () => {
  const html = '<script>a</script><script nonce="__CSP_NONCE__">b</script><style>c</style>';
  const done =
    '<script nonce="__CSP_NONCE__">a</script><script nonce="__CSP_NONCE__">b</script>' +
    '<style nonce="__CSP_NONCE__">c</style>';
  expect(addNonces(html)).toBe(done);
});

test('html without an inline script fails the build: the framework has changed', () => {
  expect(() => addNonces('<p>hi</p>')).toThrow(/no inline script/);
});
