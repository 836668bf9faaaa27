/**
 * The arrows of docs/ARCHITECTURE.md between packages, and between the folders of the worker.
 * Whoever needs a new arrow draws it there and here.
 */
import { importsOf, packageOf } from './imports.ts';
import { isTest, type Rule, type SourceFile } from './tree.ts';

type Arrows = Readonly<Record<string, readonly string[]>>;

/** The one file of the runtime that runs in a browser as it does in Node. */
const CLOCK = 'packages/runtime/src/clock.ts';

/** Which packages, or single files, a package may import; packages/testkit besides, in tests. */
const PACKAGES: Arrows = {
  'packages/protocol': [],
  'packages/xterm': [],
  'packages/runtime': ['packages/protocol'],
  'packages/testkit': ['packages/protocol', 'packages/runtime'],
  'packages/bench': ['packages/protocol', 'packages/runtime', 'packages/testkit'],
  'packages/tidy': [],
  'apps/gateway': ['packages/protocol', 'packages/runtime'],
  'apps/worker': ['packages/protocol', 'packages/runtime', 'packages/xterm'],
  'apps/web': ['packages/protocol', 'packages/xterm', CLOCK],
  'ops/containers': ['packages/protocol', 'packages/testkit'],
  'ops/deploy': ['packages/protocol', 'packages/runtime', 'packages/testkit'],
  'ops/local': ['packages/protocol', 'packages/runtime'],
  'ops/observability': ['packages/protocol', 'packages/testkit'],
};

/** Whom a folder of the worker may import. Adapters know the domain, the domain knows nobody. */
const WORKER: Arrows = {
  session: [],
  pane: ['session'],
  tmux: ['session', 'pane'],
  pty: ['session', 'pane'],
  screen: ['session'],
  usage: [],
  store: ['session', 'usage'],
  recording: ['session'],
  project: ['session'],
  agent: ['session', 'project', 'usage'],
  socket: ['session', 'agent', 'project', 'recording', 'usage'],
};

/** What runs anywhere, and the packages from outside that it may use. */
const ANYWHERE: Arrows = {
  'packages/protocol': ['typebox'],
  'packages/xterm': [],
};

export const packageArrows: Rule = (files) =>
  files.flatMap((file) => {
    const from = packageOf(file.path);
    if (from === undefined) return [];
    const allowed = [
      from,
      ...(PACKAGES[from] ?? []),
      ...(isTest(file) ? ['packages/testkit'] : []),
    ];
    return importsOf(file).flatMap(({ name, path }) => {
      if (path === undefined) return [];
      if (allowed.some((each) => each === path || each === packageOf(path))) return [];
      return [`${file.path}: imports '${name}', but ${from} knows only ${list(allowed.slice(1))}`];
    });
  });

export const runsAnywhere: Rule = (files) =>
  files
    .filter((file) => file.path.includes('/src/') && !isTest(file))
    .flatMap((file) => {
      const allowed = ANYWHERE[packageOf(file.path) ?? ''];
      if (allowed === undefined) return [];
      return importsOf(file)
        .filter(
          ({ name, path }) => path === undefined && !allowed.includes(name.split('/')[0] ?? ''),
        )
        .map(({ name }) => `${file.path}: imports '${name}', but it runs in browsers and in Node`);
    });

export const workerArrows: Rule = (files) =>
  files.filter(isOfWorkerFolder).flatMap((file) => {
    const from = folderOf(file.path);
    const allowed = from === undefined ? undefined : WORKER[from];
    if (from === undefined || allowed === undefined) return [];
    return importsOf(file).flatMap(({ name, path }) => {
      const isNode = from === 'session' && name.startsWith('node:');
      const to = path === undefined ? undefined : folderOf(path);
      if (!isNode && (to === undefined || to === from || allowed.includes(to))) return [];
      return [`${file.path}: imports '${name}', but ${from}/ knows only ${list(allowed)}`];
    });
  });

function isOfWorkerFolder(file: SourceFile): boolean {
  return file.path.startsWith('apps/worker/src/') && !isTest(file);
}

/** `tmux` of apps/worker/src/tmux/commands.ts; undefined for a file of src itself. */
function folderOf(path: string): string | undefined {
  return /^apps\/worker\/src\/([^/]+)\//.exec(path)?.[1];
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'itself' : `itself and ${names.join(', ')}`;
}
