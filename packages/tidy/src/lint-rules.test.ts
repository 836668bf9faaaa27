/** S28, S35: the linter refuses a shell's text and SQL put together from pieces. Each fault is planted once. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Linter } from 'eslint';
import { expect, test } from 'vitest';
import { ROOT } from './tree.ts';

interface ConfigEntry {
  readonly rules?: Readonly<Record<string, unknown>>;
}

/** The rule as the configuration has it for programs; its first appearance is the general one. */
async function ruleNamed(name: string): Promise<Linter.RuleEntry> {
  const module: unknown = await import(pathToFileURL(join(ROOT, 'eslint.config.js')).href);
  const { default: entries } = module as { default: readonly ConfigEntry[] };
  const rule = entries.find(({ rules }) => rules?.[name] !== undefined)?.rules?.[name];
  if (rule === undefined) throw new Error(`${name} is not configured`);
  return rule as Linter.RuleEntry;
}

async function complaintsAbout(code: string): Promise<number> {
  const names = ['no-restricted-syntax', 'no-restricted-imports'];
  const rules = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await ruleNamed(name)] as const)),
  );
  return new Linter().verify(code, [{ rules }]).length;
}

test.each([
  "import { exec } from 'node:child_process';",
  "import { execSync } from 'child_process';",
  "spawn('ls', [path], { shell: true });",
  "spawn('ls', [path], { shell: '/bin/bash' });",
  "spawn('sh', ['-c', `ls ${path}`]);",
  "execFile('/bin/bash', ['-lc', 'ls ' + path]);",
])('S28: a shell would read %s', async (code) => {
  expect(await complaintsAbout(code)).toBe(1);
});

test.each([
  'database.prepare(`SELECT * FROM people WHERE name = ${name}`);',
  "database.prepare('SELECT * FROM people WHERE name = ' + name);",
  'database.exec(`DELETE FROM ${table}`);',
])('S35: SQL is put together in %s', async (code) => {
  expect(await complaintsAbout(code)).toBe(1);
});

test.each([
  "import { execFile } from 'node:child_process';",
  "spawn('ls', ['--', path], { shell: false });",
  "spawn('sh', ['-c', SCRIPT, 'sh', path]);",
  "database.prepare('SELECT * FROM people WHERE name = ?').get(name);",
  'database.prepare(`\nSELECT 1`);',
  'const [, name] = PATTERN.exec(`${line} `) ?? [];',
])('but not %s', async (code) => {
  expect(await complaintsAbout(code)).toBe(0);
});
