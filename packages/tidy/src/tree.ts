/** The files of this repository as git sees them: tracked, and new ones that are not ignored. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the root of the repository, with "/". */
  readonly path: string;
  readonly text: string;
}

/** Says where, what, and what instead; "path: words". */
export type Violation = string;
export type Rule = (files: readonly SourceFile[]) => readonly Violation[];

export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

const LISTING_BYTES_MAX = 16 * 1024 * 1024;

export function readTree(root: string): readonly SourceFile[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listing = execFileSync('git', args, { cwd: root, maxBuffer: LISTING_BYTES_MAX });
  const paths = [...new Set(listing.toString().split('\0'))].filter((path) => path !== '');
  return paths
    .filter((path) => existsSync(join(root, path)) && statSync(join(root, path)).isFile())
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Programs that people here write: what the rules on form are about. */
export function isSource({ path }: SourceFile): boolean {
  return /\.(ts|mts|js|mjs|svelte|css|html|sh)$/.test(path) || path === '.ci/run';
}

export function isTest({ path }: SourceFile): boolean {
  return /\.(test|fixture)\.ts$|\/(test|e2e)\/|^packages\/testkit\//.test(path);
}
