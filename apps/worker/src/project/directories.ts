/**
 * What the directory picker shows: the sub-directories of one directory inside the roots, or the
 * roots themselves. Everything is read through the open directory, never through its path again.
 */
import type { Dirent } from 'node:fs';
import { lstat, opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DIRECTORY_ENTRIES_MAX, PATH_CHARS_MAX } from '@dashboard/protocol/limits';
import type { DirectoryEntry, DirectoryListing } from '@dashboard/protocol/sessions';
import { DIRECTORY_PROBES_AT_ONCE, DIRECTORY_SCAN_MAX } from '../limits.ts';
import type { OpenDirectory, ProjectRoots } from './roots.ts';

/** Nobody starts a session in there, and it would stand in every listing of a repository. */
const NEVER_LISTED = '.git';

/** project-2 before project-10, upper and lower case together. */
const NATURAL = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Hidden directories come last. Links to directories inside the roots are listed under their own
 * names; what cannot be read, named in UTF-8 or proven to be inside is left out.
 * @param path absolute; without it the only root, or the list of several
 * @throws DashboardError directory_outside_roots, directory_not_found
 */
export async function listDirectory(roots: ProjectRoots, path?: string): Promise<DirectoryListing> {
  const [root, ...others] = roots.paths;
  if (path === undefined && others.length > 0) return listRoots(roots);
  return roots.visit(path ?? root ?? '/', (directory) => listOpen(roots, directory));
}

async function listRoots(roots: ProjectRoots): Promise<DirectoryListing> {
  const shown = roots.paths.slice(0, DIRECTORY_ENTRIES_MAX);
  const entries = await Promise.all(
    shown.map(async (path) => ({ name: path, path, isRepository: await isRepository(path) })),
  );
  const isTruncated = shown.length < roots.paths.length;
  return { path: null, parent: null, entries, isTruncated };
}

async function listOpen(roots: ProjectRoots, directory: OpenDirectory): Promise<DirectoryListing> {
  const { candidates, isComplete } = await scan(directory);
  const entries: DirectoryEntry[] = [];
  let next = 0;
  while (next < candidates.length && entries.length <= DIRECTORY_ENTRIES_MAX) {
    const some = candidates.slice(next, next + DIRECTORY_PROBES_AT_ONCE);
    next += some.length;
    const probed = await Promise.all(some.map((each) => probe(roots, directory, each)));
    entries.push(...probed.filter((entry) => entry !== undefined));
  }
  return {
    path: directory.path,
    parent: roots.parentOf(directory.path),
    entries: entries.slice(0, DIRECTORY_ENTRIES_MAX),
    isTruncated: !isComplete || entries.length > DIRECTORY_ENTRIES_MAX,
  };
}

interface Candidate {
  readonly name: string;
  /** Not known to be a directory until it has been looked at: a link, mostly. */
  readonly isUncertain: boolean;
}

async function scan({
  descriptorPath,
}: OpenDirectory): Promise<{ candidates: readonly Candidate[]; isComplete: boolean }> {
  const candidates: Candidate[] = [];
  let scanned = 0;
  // The loop closes the directory, also when it is left early.
  for await (const entry of await opendir(descriptorPath)) {
    if (++scanned > DIRECTORY_SCAN_MAX) break;
    if (mayBeDirectory(entry)) {
      candidates.push({ name: entry.name, isUncertain: !entry.isDirectory() });
    }
  }
  return { candidates: candidates.sort(inOrder), isComplete: scanned <= DIRECTORY_SCAN_MAX };
}

function mayBeDirectory(entry: Dirent): boolean {
  // U+FFFD stands for bytes that are no UTF-8: the name that was read leads nowhere.
  if (entry.name === NEVER_LISTED || entry.name.includes('\ufffd')) return false;
  return entry.isDirectory() || entry.isSymbolicLink();
}

function inOrder({ name: a }: Candidate, { name: b }: Candidate): number {
  const hidden = Number(a.startsWith('.')) - Number(b.startsWith('.'));
  return hidden || NATURAL.compare(a, b) || (a < b ? -1 : 1);
}

async function probe(
  roots: ProjectRoots,
  { path, descriptorPath }: OpenDirectory,
  { name, isUncertain }: Candidate,
): Promise<DirectoryEntry | undefined> {
  const listed = join(path, name);
  if (listed.length > PATH_CHARS_MAX) return undefined;
  const here = `${descriptorPath}/${name}`;
  if (isUncertain && !(await isDirectoryInside(roots, here))) return undefined;
  return { name, path: listed, isRepository: await isRepository(here) };
}

async function isDirectoryInside(roots: ProjectRoots, path: string): Promise<boolean> {
  try {
    const target = await realpath(path);
    return roots.contains(target) && (await stat(target)).isDirectory();
  } catch {
    return false;
  }
}

/** A file counts too: a worktree or a submodule has one. */
async function isRepository(path: string): Promise<boolean> {
  return lstat(join(path, '.git')).then(
    () => true,
    () => false,
  );
}
