/** Plants each fault once and sees the rule name it; and shows beside it what the rule lets pass. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nothingBanned } from './banned.ts';
import { frontDoors, noCycles } from './folders.ts';
import { purposeFirst, shortFiles } from './form.ts';
import { packageArrows, runsAnywhere, workerArrows } from './layers.ts';
import { linksResolve, vectorsAreUsed } from './references.ts';
import { RULES } from './rules.ts';
import { readTree, type SourceFile } from './tree.ts';

/** Path and text of each file. */
type Tree = Readonly<Record<string, string>>;

test('a file that does not say what it is for', () => {
  expect(
    broken(purposeFirst, {
      'a.ts': 'export const a = 1;\n',
      'short.ts': '/** A thing. */\n',
      'types.js': "/** @type {import('x').Y} a thing with many words */\n",
      'b.ts': '/** Says in a sentence what it is for. */\n',
      'B.svelte': '<!-- Shows what a session printed. -->\n',
      'run.sh': '#!/bin/sh\n# Starts what is needed here.\n',
      'bare.sh': '#!/bin/sh\nexit 0\n',
    }),
  ).toEqual(['a.ts', 'short.ts', 'types.js', 'bare.sh']);
});

test('a file that is too long', () => {
  const lines = (count: number) => 'x\n'.repeat(count);
  expect(broken(shortFiles, { 'a.ts': lines(301), 'b.ts': lines(300) })).toEqual(['a.ts']);
});

test.each([
  'const now = Date.now();',
  'setTimeout(tick, 5);',
  'setInterval(tick, 5);',
  'const home = process.env.HOME;',
  "console.log('here');",
  'const x = y as any;',
  '// @ts-ignore',
  '// eslint-disable-next-line no-console',
  "test.only('this one', run);",
  "vi.mock('./store.ts');",
  '// TODO later',
  "const here = '/wo" + "rk/main';",
  'https://npm-' + 'mirror.example/x',
])('banned text: %s', (line) => {
  expect(broken(nothingBanned, { 'apps/worker/src/a.ts': line })).toEqual([
    'apps/worker/src/a.ts:1',
  ]);
});

test.each([
  ['packages/runtime/src/clock.ts', 'Date.now(); setTimeout(task, delayMs);'],
  ['apps/worker/src/main.ts', 'parse(process.env)'],
  ['apps/worker/src/a.ts', '// eslint-disable-next-line no-console -- the only way out'],
  ['apps/worker/src/a.ts', '// TODO(#12): when tmux 3.5 is in Debian'],
  ['apps/worker/src/a.test.ts', 'spawn(argv, { env: process.env })'],
  ['README.md', 'see https://example.org/work/it and src/work/it'],
])('allowed in %s: %s', (path, line) => {
  expect(broken(nothingBanned, { [path]: line })).toEqual([]);
});

test('an import against the arrows between packages', () => {
  expect(
    broken(packageArrows, {
      'packages/protocol/src/a.ts': "import { b } from '@dashboard/runtime/clock';",
      'packages/xterm/src/a.ts': "import { b } from '@dashboard/protocol/invariant';",
      'apps/gateway/src/a.ts': "import '../../worker/src/session/session.ts';",
      'apps/gateway/src/b.ts': "export { b } from '@dashboard/worker';",
      'apps/web/src/A.svelte':
        "<script>\nimport { b } from '@dashboard/runtime/logger';\n</script>",
      'apps/web/src/b.ts': "import type { Clock } from '@dashboard/runtime/clock';",
      'apps/worker/src/a.ts': "const kit = await import('@dashboard/testkit/temp');",
      'apps/worker/src/a.test.ts': "import { temp } from '@dashboard/testkit/temp';",
      'apps/worker/src/b.ts': "import type { Id } from '@dashboard/protocol/ids';",
      'apps/worker/src/c.ts': "// import '../../gateway/src/a.ts'\nimport 'pino';",
    }),
  ).toEqual([
    'packages/protocol/src/a.ts',
    'packages/xterm/src/a.ts',
    'apps/gateway/src/a.ts',
    'apps/gateway/src/b.ts',
    'apps/web/src/A.svelte',
    'apps/worker/src/a.ts',
  ]);
});

test('a contract, or what the page shares with the worker, that is tied to one platform', () => {
  expect(
    broken(runsAnywhere, {
      'packages/protocol/src/a.ts': "import { join } from 'node:path';",
      'packages/protocol/src/b.ts': "import { Type } from 'typebox';\nimport './a.ts';",
      'packages/protocol/src/b.test.ts': "import { join } from 'node:path';",
      'packages/protocol/src/c.ts': "import { Type } from 'typebox-with-more';",
      'packages/xterm/src/a.ts': "import type { Terminal } from '@xterm/headless';",
      'packages/xterm/src/b.ts': "import './a.ts';",
      'packages/xterm/src/b.test.ts': "import headless from '@xterm/headless';",
      'packages/runtime/src/a.ts': "import { join } from 'node:path';",
    }),
  ).toEqual([
    'packages/protocol/src/a.ts',
    'packages/protocol/src/c.ts',
    'packages/xterm/src/a.ts',
  ]);
});

test('a session that knows its transport', () => {
  expect(
    broken(workerArrows, {
      'apps/worker/src/session/a.ts': "import { Tmux } from '../tmux/index.ts';",
      'apps/worker/src/session/b.ts': "import { connect } from 'node:net';",
      'apps/worker/src/session/c.ts': "import type { Store } from '#src/store/index.ts';",
      'apps/worker/src/tmux/a.ts': "import { Pty } from '../pty/index.ts';",
      'apps/worker/src/tmux/b.ts': "import type { Pane } from '../session/ports.ts';",
      'apps/worker/src/session/d.ts': "import { LINES_MAX } from '../limits.ts';",
      'apps/worker/src/worker.ts': "import { Tmux } from './tmux/index.ts';",
    }),
  ).toEqual([
    'apps/worker/src/session/a.ts',
    'apps/worker/src/session/b.ts',
    'apps/worker/src/session/c.ts',
    'apps/worker/src/tmux/a.ts',
  ]);
});

test('a folder that is entered through a window', () => {
  expect(
    broken(frontDoors, {
      'apps/worker/src/session/index.ts': '',
      'apps/worker/src/worker.ts': "import './session/session.ts';",
      'apps/worker/src/socket/a.ts': "import '../session/output-log.ts';",
      'apps/worker/src/socket/b.ts': "import '../session/index.ts';",
      'apps/worker/src/tmux/a.ts': "import type { Pane } from '../session/ports.ts';",
      'apps/worker/src/session/a.ts': "import './session.ts';",
      'apps/worker/src/pty/a.ts': "import '../tmux/commands.ts'; // which has no index.ts",
    }),
  ).toEqual(['apps/worker/src/worker.ts', 'apps/worker/src/socket/a.ts']);
});

test('folders in a circle', () => {
  expect(
    broken(noCycles, {
      'apps/gateway/src/a/x.ts': "import '../b/x.ts';",
      'apps/gateway/src/b/x.ts': "import '../c/x.ts';",
      'apps/gateway/src/c/x.ts': "import type { X } from '../a/x.ts';",
      'apps/gateway/src/d/x.ts': "import '../a/x.ts';",
      'apps/gateway/src/gateway.ts': "import './a/x.ts'; import './d/x.ts';",
      'apps/web/src/lib/clock.ts': "import './fleet/x.ts';",
      'apps/web/src/lib/fleet/x.ts': "import '../clock.ts';",
    }),
  ).toEqual(['apps/gateway/src/a', 'apps/gateway/src/b', 'apps/gateway/src/c']);
});

test('a link that leads nowhere', () => {
  expect(
    broken(linksResolve, {
      'docs/a.md': '[gone](gone.md) [b](b.md#part) [up](../README.md) [web](https://x.org/y.md)',
      'docs/b.md': '![picture](images/none.png) `[code](nowhere.md)` [folder](../docs/)',
      'README.md': '<img src="docs/none.svg" /> [docs](docs)',
    }),
  ).toEqual(['docs/a.md', 'docs/b.md', 'README.md']);
});

test('a golden vector that nothing reads', () => {
  expect(
    broken(vectorsAreUsed, {
      'packages/protocol/test-vectors/frames/output.json': '{}',
      'packages/protocol/test-vectors/orphan.json': '{}',
      'packages/protocol/src/frames.test.ts': "readVector('frames/output.json')",
    }),
  ).toEqual(['packages/protocol/test-vectors/orphan.json']);
});

test('the tree has new files in it, and no ignored ones', () => {
  const root = mkdtempSync(join(tmpdir(), 'tidy-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const tree: Tree = { '.gitignore': 'build/\n', 'src/new.ts': 'new', 'build/out.js': 'built' };
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  execFileSync('git', ['init', '-q'], { cwd: root });
  expect(readTree(root).map(({ path }) => path)).toEqual(['.gitignore', 'src/new.ts']);
});

test('an empty tree breaks no rule', () => {
  expect(Object.values(RULES).flatMap((rule) => rule([]))).toEqual([]);
});

/** Where the rule finds fault: the words before the first ": ". */
function broken(rule: (files: readonly SourceFile[]) => readonly string[], tree: Tree): string[] {
  const files = Object.entries(tree).map(([path, text]) => ({ path, text }));
  return rule(files).map((violation) => violation.split(': ')[0] ?? '');
}
