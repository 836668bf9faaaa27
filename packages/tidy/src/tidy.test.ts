/** Holds the tree of this repository to its rules. What a rule says when it is broken: rules.test.ts. */
import { describe, expect, test } from 'vitest';
import { RULES } from './rules.ts';
import { readTree, ROOT } from './tree.ts';

const files = readTree(ROOT);

describe('the tree', () => {
  test('is read at all', () => {
    expect(files.map(({ path }) => path)).toContain('packages/tidy/src/tidy.test.ts');
  });

  test.each(Object.entries(RULES))('%s', (_sentence, rule) => {
    expect(rule(files)).toEqual([]);
  });
});
