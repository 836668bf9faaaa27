/** What a browser remembers of looks. */
import { expect, test } from 'vitest';
import { Preferences } from './preferences.svelte.ts';

function aShelf(entries: Record<string, string> = {}) {
  const stored = new Map(Object.entries(entries));
  return {
    stored,
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
}

test('the theme follows the system until one is chosen, and the choice is kept', () => {
  const shelf = aShelf();
  const preferences = new Preferences(shelf);
  expect([preferences.pageShade(true), preferences.pageShade(false)]).toEqual(['dark', 'light']);
  preferences.theme = 'dark';
  expect(new Preferences(shelf).pageShade(false)).toBe('dark');
});

test('a terminal stays dark on a light page unless asked', () => {
  const preferences = new Preferences(aShelf());
  expect(preferences.screenShade(false)).toBe('dark');
  preferences.screen = 'page';
  expect(preferences.screenShade(false)).toBe('light');
});

test.each(['"purple"', '12', 'no json', '{}'])('a stored theme of %s is not believed', (stored) => {
  expect(new Preferences(aShelf({ 'dashboard.theme': stored })).theme).toBe('system');
});

test('the text has a least and a greatest size', () => {
  const preferences = new Preferences(aShelf());
  preferences.fontPx = 2;
  expect(preferences.fontPx).toBe(9);
  preferences.fontPx = 99;
  expect(preferences.fontPx).toBe(28);
});

test('where storage is denied a choice holds for the page', () => {
  const denied = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const preferences = new Preferences({ getItem: denied, setItem: denied });
  preferences.theme = 'light';
  expect(preferences.theme).toBe('light');
});
