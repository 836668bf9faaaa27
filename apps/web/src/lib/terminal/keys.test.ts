/** Keys and pasted text. */
import { expect, test } from 'vitest';
import { bytesOfBinary, isReport, isSeveralLines, sanitizePaste } from './keys.ts';

test('pasted escapes cannot end bracketed paste', () => {
  expect(sanitizePaste('a\x1b[201~; rm -rf /\r')).toBe('a[201~; rm -rf /\r');
});

test('tabs, line ends, umlauts and emoji are pasted as they are', () => {
  const text = 'if x:\n\treturn "größe 🙂"\r\n';
  expect(sanitizePaste(text)).toBe(text);
});

test('other control characters are not, nor those of eight bits', () => {
  expect(sanitizePaste('a\x00b\x03c\x7fd\x9be\x08')).toBe('abcde');
});

test('one line with an Enter at its end counts as several', () => {
  expect(isSeveralLines('ls')).toBe(false);
  expect(isSeveralLines('ls\n')).toBe(true);
});

test('mouse and focus reports are known, arrow keys are none', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(
    ['\x1b[<0;1;1M', '\x1b[M !!', '\x1b[I', '\x1b[O'].map((text) => isReport(bytes(text))),
  ).toEqual([true, true, true, true]);
  expect(isReport(bytes('\x1b[A'))).toBe(false);
});

test('legacy mouse reports keep bytes above 127', () => {
  expect([...bytesOfBinary('\x1b[M\xff')]).toEqual([0x1b, 0x5b, 0x4d, 0xff]);
});
