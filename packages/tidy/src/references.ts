/** Rules on what files say of each other: links lead somewhere, golden vectors are read by a test. */
import { posix } from 'node:path';
import type { Rule } from './tree.ts';

const VECTORS = 'packages/protocol/test-vectors/';

/** Links to files in markdown; addresses and anchors on the same page are not followed. */
export const linksResolve: Rule = (files) => {
  const paths = files.map(({ path }) => path);
  const known = new Set([...paths, ...paths.flatMap(foldersAbove)]);
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      targetsIn(text)
        .filter((target) => !known.has(posix.join(posix.dirname(path), target).replace(/\/$/, '')))
        .map((target) => `${path}: links to ${target}, which does not exist`),
    );
};

/** A vector that no test names proves nothing. One test may read a whole folder of them. */
export const vectorsAreUsed: Rule = (files) => {
  const tests = files
    .filter(({ path }) => path.startsWith('packages/protocol/') && path.endsWith('.test.ts'))
    .map(({ text }) => text)
    .join('\n');
  return files
    .map(({ path }) => path)
    .filter((path) => path.startsWith(VECTORS))
    .filter((path) => !namesOf(path.slice(VECTORS.length)).some((name) => tests.includes(name)))
    .map((path) => `${path}: no test in packages/protocol reads it`);
};

/** `frames/output.json` may be named so, by its file, or by its folder. */
function namesOf(vector: string): readonly string[] {
  const folder = posix.dirname(vector);
  const stem = posix.basename(vector).replace(/\.\w+$/, '');
  const quoted = [`'${stem}'`, `${stem}.`];
  return folder === '.' ? quoted : [...quoted, `test-vectors/${folder}`, `'${folder}'`];
}

function targetsIn(markdown: string): readonly string[] {
  const prose = markdown.replace(/```[\s\S]*?```|`[^`\n]*`/g, '');
  const inline = [...prose.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)].map(([, target = '']) => target);
  const html = [...prose.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target);
  return [...inline, ...html]
    .filter((target) => !/^([a-z]+:|#|\/\/)/.test(target))
    .map((target) => target.replace(/[#?].*$/, ''));
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/')).concat('.');
}
