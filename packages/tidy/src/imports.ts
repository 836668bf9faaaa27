/** Which files a file imports, with our own names resolved to paths of the repository. */
import { posix } from 'node:path';
import ts from 'typescript';
import type { SourceFile } from './tree.ts';

export interface Import {
  /** As it is written. */
  readonly name: string;
  /** Path of the file meant, when it is one of ours. */
  readonly path: string | undefined;
}

export function importsOf({ path, text }: SourceFile): readonly Import[] {
  if (!/\.(ts|mts|js|mjs|svelte)$/.test(path)) return [];
  const script = path.endsWith('.svelte') ? scriptsOf(text) : text;
  const found = ts.preProcessFile(script, true, true).importedFiles;
  return found.map(({ fileName: name }) => ({ name, path: resolve(path, name) }));
}

/** `apps/worker`, `packages/protocol`, `ops/local`; undefined for files of the root. */
export function packageOf(path: string): string | undefined {
  return /^(?:apps|packages|ops)\/[^/]+/.exec(path)?.[0];
}

function scriptsOf(svelte: string): string {
  return [...svelte.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, code]) => code).join();
}

function resolve(from: string, name: string): string | undefined {
  if (name.startsWith('.')) return posix.join(posix.dirname(from), name);
  const ours = /^@dashboard\/([^/]+)\/?(.*)$/.exec(name);
  if (ours) {
    const [, short = '', file = ''] = ours;
    const place = ['gateway', 'worker', 'web'].includes(short) ? 'apps' : 'packages';
    return `${place}/${short}/src/${file === '' ? 'index' : file}.ts`;
  }
  const inside = /^#(src|lib)\/(.*)$/.exec(name);
  if (!inside) return undefined;
  const [, root, file = ''] = inside;
  return `${packageOf(from) ?? ''}/src/${root === 'lib' ? 'lib/' : ''}${file}`;
}
