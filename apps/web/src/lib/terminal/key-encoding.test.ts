/** What keyboards that a test's browser does not have make of keys; e2e/conformance has the others. */
import { DISAMBIGUATE } from '@dashboard/xterm/keyboard-modes';
import { expect, test } from 'vitest';
import { encodeKey, type PressedKey } from './key-encoding.ts';

const NOT_HELD = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
const LEGACY = { flags: 0, modifyOtherKeys: 0 };
const KITTY = { flags: DISAMBIGUATE, modifyOtherKeys: 0 };
const OTHER_KEYS = { flags: 0, modifyOtherKeys: 2 };

const key = (name: string, code: string, held: Partial<PressedKey> = {}): PressedKey => ({
  ...NOT_HELD,
  key: name,
  code,
  ...held,
});

test('what Option made of a letter on a Mac is that letter', () => {
  expect(encodeKey(key('∫', 'KeyB', { altKey: true }), KITTY)).toBe('\x1b[98;3u');
  expect(encodeKey(key('ı', 'KeyB', { altKey: true, shiftKey: true }), KITTY)).toBe('\x1b[98;4u');
  expect(encodeKey(key('≥', 'Period', { altKey: true }), OTHER_KEYS)).toBe('\x1b[27;3;46~');
});

test('Control and C is that on a keyboard of another script', () => {
  expect(encodeKey(key('с', 'KeyC', { ctrlKey: true }), KITTY)).toBe('\x1b[99;5u');
});

test('letters beyond ASCII are themselves', () => {
  expect(encodeKey(key('ö', 'Semicolon', { ctrlKey: true }), KITTY)).toBe('\x1b[246;5u');
  expect(encodeKey(key('ö', 'Semicolon'), KITTY)).toBeUndefined();
});

test('a shifted sign is told as the sign below it', () => {
  expect(encodeKey(key('!', 'Digit1', { altKey: true, shiftKey: true }), KITTY)).toBe('\x1b[49;4u');
});

test('Command belongs to the system, Control and Shift to the browser, dead keys to nobody yet', () => {
  for (const rules of [LEGACY, KITTY, OTHER_KEYS]) {
    expect(encodeKey(key('c', 'KeyC', { metaKey: true }), rules)).toBeUndefined();
    const both = { ctrlKey: true, shiftKey: true };
    expect(encodeKey(key('R', 'KeyR', both), rules)).toBeUndefined();
    expect(encodeKey(key('Dead', 'KeyE', { altKey: true }), rules)).toBeUndefined();
    expect(encodeKey(key('Process', 'KeyE', { ctrlKey: true }), rules)).toBeUndefined();
  }
});
