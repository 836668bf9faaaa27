/** Which browser that is, in words for the person whose it is: "Firefox on Linux". Proves nothing. */
import { BROWSER_CHARS_MAX } from '@dashboard/protocol/limits';

/** The first that fits: many browsers name those before them as well. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** @returns the first word of what is no browser, without its version; empty when nothing was said */
export function browserInWords(userAgent: string | undefined): string {
  if (userAgent === undefined) return '';
  const browser = BROWSERS.find(([shape]) => shape.test(userAgent))?.[1];
  const system = SYSTEMS.find(([shape]) => shape.test(userAgent))?.[1];
  const name = browser ?? /^[\w.-]+/.exec(userAgent)?.[0].slice(0, BROWSER_CHARS_MAX / 2) ?? '';
  return system === undefined ? name : `${name} on ${system}`;
}
