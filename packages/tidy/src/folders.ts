/** Rules on folders inside an app or package: one front door each, and no way back to where one came from. */
import { importsOf } from './imports.ts';
import { isTest, type Rule, type SourceFile } from './tree.ts';

/** ports.ts is the side door of those who give what it asks for. */
const DOORS = ['index.ts', 'ports.ts'];

interface Place {
  /** `apps/worker/src`, or `apps/web/src/lib`. */
  readonly root: string;
  readonly folder: string;
  /** The rest of the path, inside the folder. */
  readonly file: string;
}

/** @returns undefined for a file that lies in no folder below src */
function placeOf(path: string): Place | undefined {
  const match = /^((?:apps|packages)\/[^/]+\/src(?:\/lib)?)\/(?!lib\/)([^/]+)\/(.+)$/.exec(path);
  if (match === null) return undefined;
  const [, root = '', folder = '', file = ''] = match;
  return { root, folder, file };
}

interface Crossing {
  readonly path: string;
  readonly name: string;
  readonly from: Place | undefined;
  readonly to: Place;
}

/** Imports that enter a folder from outside of it, within one app or package. */
function crossings(files: readonly SourceFile[]): readonly Crossing[] {
  return files
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const from = placeOf(file.path);
      return importsOf(file).flatMap(({ name, path }) => {
        const to = path === undefined ? undefined : placeOf(path);
        if (to === undefined || !file.path.startsWith(`${to.root}/`)) return [];
        if (to.folder === from?.folder) return [];
        return [{ path: file.path, name, from, to }];
      });
    });
}

export const frontDoors: Rule = (files) => {
  const paths = new Set(files.map(({ path }) => path));
  return crossings(files)
    .filter(({ to }) => paths.has(`${to.root}/${to.folder}/index.ts`) && !DOORS.includes(to.file))
    .map(({ path, name, to }) => `${path}: imports '${name}', but ${to.folder}/ has an index.ts`);
};

export const noCycles: Rule = (files) => {
  const arrows = new Map<string, Set<string>>();
  for (const { from, to } of crossings(files)) {
    if (from === undefined) continue; // what lies above the folders puts them together
    const start = `${from.root}/${from.folder}`;
    arrows.set(start, (arrows.get(start) ?? new Set()).add(`${to.root}/${to.folder}`));
  }
  return [...arrows.keys()]
    .filter((start) => reaches(arrows, start, start))
    .sort()
    .map((start) => `${start}: imports a folder that imports it again: which of the two is lower?`);
};

function reaches(
  arrows: ReadonlyMap<string, ReadonlySet<string>>,
  start: string,
  goal: string,
): boolean {
  const seen = new Set<string>();
  const open = [...(arrows.get(start) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === goal) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(arrows.get(next) ?? []));
  }
  return false;
}
