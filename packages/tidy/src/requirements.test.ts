/** docs/SECURITY.md on what must hold: each of S1 to S60 is named by a test, or says why not; so is each incident. */
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { rowsUnder } from './markdown.ts';
import { isTest, readTree, ROOT } from './tree.ts';

const DOCUMENT = 'docs/SECURITY.md';
const REQUIREMENTS = 60;
const REASON_WORDS_MIN = 5;
/** `partly` needs both: what holds is tested, what does not is said. */
const STATES = { holds: 'test', partly: 'both', 'not yet': 'reason', 'does not apply': 'reason' };

const files = new Map(readTree(ROOT).map((file) => [file.path, file]));
const text = files.get(DOCUMENT)?.text ?? '';
const requirements = rowsUnder(text, ['S', 'What', 'State', 'Held by']).map(({ cells }) => cells);
const incidents = rowsUnder(text, ['Happened to', 'What', 'Held by']).map(({ cells }) => cells);

test('every requirement has its row, once and in order', () => {
  const expected = Array.from({ length: REQUIREMENTS }, (_, at) => `S${at + 1}`);
  expect(requirements.map(([name]) => name)).toEqual(expected);
});

test.each(requirements)('%s: %s is told truly', (...row) => {
  const [name = '', , state = '', held = ''] = row;
  const needs = Object.entries(STATES).find(([known]) => known === state)?.[1];
  expect(needs, `"${state}" is no state`).toBeDefined();
  const tests = linkedFrom(held);
  expect(unnamedIn(tests, name)).toEqual([]);
  if (needs !== 'reason') expect(tests.length).toBeGreaterThan(0);
  const words = held
    .replaceAll(LINK, '')
    .split(/\s+/)
    .filter((word) => /\w/.test(word));
  if (needs !== 'test') expect(words.length).toBeGreaterThanOrEqual(REASON_WORDS_MIN);
});

test('there are incidents, and none twice', () => {
  const names = incidents.flatMap(([named = '']) => named.split(', '));
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test.each(incidents)('%s is a test that names it', (names = '', _what, held = '') => {
  const tests = linkedFrom(held);
  expect(tests.length).toBeGreaterThan(0);
  for (const name of names.split(', ')) expect(unnamedIn(tests, name)).toEqual([]);
});

test('a number that only begins alike is another requirement', () => {
  expect(names('S14: a login', 'S1')).toBe(false);
  expect(names('/** S1, S2: a door', 'S1')).toBe(true);
});

const LINK = /\[[^\]]*\]\(([^)#]+)\)/g;

/** Paths from the root, of what a cell links to. */
function linkedFrom(cell: string): readonly string[] {
  return [...cell.matchAll(LINK)].map(([, target = '']) =>
    posix.join(posix.dirname(DOCUMENT), target),
  );
}

/** Those that are no test of ours, or do not name it. */
function unnamedIn(paths: readonly string[], name: string): readonly string[] {
  return paths.filter((path) => {
    const file = files.get(path);
    return file === undefined || !isTest(file) || !names(file.text, name);
  });
}

function names(written: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`(?<![\\w-])${escaped}(?!\\w)`).test(written);
}
