/**
 * Commands in the documents work: each `sh` block is run in a copy of the tree, unless a comment
 * directly above says why not: `<!-- not run: … -->`.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fencesOf } from './markdown.ts';
import { readTree, ROOT, type SourceFile } from './tree.ts';

/** What needs no test of its own: it is shown, not run. Another name would be a way around. */
const SHOWN = ['text', 'json', 'ts', 'md', 'ini'];
const REASON_WORDS_MIN = 4;
const BLOCK_TIMEOUT_MS = 60_000;
/** The first command that fails ends the block, in a pipe too. */
const STRICT = ['-e', '-u', '-o', 'pipefail'];

const files = readTree(ROOT);
const blocks = files
  .filter(({ path }) => path.endsWith('.md'))
  .flatMap(({ path, text }) => fencesOf(text).map((fence) => ({ ...fence, path })));
const commands = blocks.filter(({ language }) => language === 'sh');
const run = commands.filter(({ whyNotRun }) => whyNotRun === undefined);

test('every block says what it is', () => {
  const unknown = blocks.filter(({ language }) => language !== 'sh' && !SHOWN.includes(language));
  expect(unknown.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
});

test('a block that is not run says why', () => {
  const silent = commands.filter(
    ({ whyNotRun }) => whyNotRun !== undefined && whyNotRun.split(/\s+/).length < REASON_WORDS_MIN,
  );
  expect(silent.map(({ path, line }) => `${path}:${line}`)).toEqual([]);
});

describe('commands', () => {
  let directory = '';

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'docs-'));
    copyTree(files, join(directory, 'clone'));
    makeData(join(directory, 'data'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(run)(
    '$path:$line',
    ({ text }) => {
      const { status, stdout, stderr } = spawnSync('bash', ['--norc', ...STRICT, '-c', text], {
        cwd: join(directory, 'clone'),
        env: environment(directory),
        timeout: BLOCK_TIMEOUT_MS,
        encoding: 'utf8',
      });
      expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({
        status: 0,
        said: '',
      });
    },
    BLOCK_TIMEOUT_MS,
  );
});

/** As a clone after an installation: what git knows, and links to what was installed. */
function copyTree(tree: readonly SourceFile[], to: string): void {
  const folders = new Set(['.']);
  for (const { path } of tree) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(ROOT, path), join(to, path));
    if (path.endsWith('package.json')) folders.add(dirname(path));
  }
  for (const folder of folders) linkEntries(join(folder, 'node_modules'), to);
  linkEntries('.tools', to);
}

/** The directory itself is a real one, and pnpm's notes on what ran in it are left out. */
function linkEntries(path: string, to: string): void {
  if (!existsSync(join(ROOT, path))) return;
  mkdirSync(join(to, path));
  const entries = readdirSync(join(ROOT, path)).filter((entry) => !entry.startsWith('.pnpm-'));
  for (const entry of entries) {
    symlinkSync(join(ROOT, path, entry), join(to, path, entry));
  }
}

/** A data directory as docs/OPERATIONS.md describes it, without anything in it that counts. */
function makeData(data: string): void {
  for (const file of ['gateway/gateway.db', 'worker/sessions.db', 'secrets/worker.key']) {
    mkdirSync(dirname(join(data, file)), { recursive: true });
    writeFileSync(join(data, file), file);
  }
}

/** Nothing of the person's own but PATH; DATA is what the documents call the data directory. */
function environment(directory: string): Record<string, string> {
  const tools = [dirname(process.execPath), join(ROOT, '.tools/node_modules/.bin')];
  return {
    PATH: [...tools, process.env['PATH'] ?? ''].join(delimiter),
    HOME: directory,
    TMPDIR: directory,
    DATA: join(directory, 'data'),
    npm_config_update_notifier: 'false',
  };
}
