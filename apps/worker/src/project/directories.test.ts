/** What the directory picker shows of real directories. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { DIRECTORY_ENTRIES_MAX } from '@dashboard/protocol/limits';
import { DirectoryListing } from '@dashboard/protocol/sessions';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { Value } from 'typebox/value';
import { expect, onTestFinished, test } from 'vitest';
import { listDirectory } from './directories.ts';
import { ProjectRoots } from './roots.ts';

/** Makes the directories under a new root and lists it; a name may be a path. */
async function rootWith(
  ...names: readonly string[]
): Promise<{ root: string; roots: ProjectRoots }> {
  const root = await temporaryDirectory();
  for (const name of names) await mkdir(join(root, name), { recursive: true });
  return { root, roots: await ProjectRoots.find([root]) };
}

function namesOf({ entries }: DirectoryListing): string[] {
  return entries.map(({ name }) => name);
}

test('directories are listed by number and letter, hidden ones last, files not at all', async () => {
  const { root, roots } = await rootWith('app-10', 'App-2', 'zoo', '.config', 'ärger', '.a');
  await writeFile(join(root, 'file'), '');
  const listing = await listDirectory(roots, root);
  expect(namesOf(listing)).toEqual(['App-2', 'app-10', 'ärger', 'zoo', '.a', '.config']);
  expect(listing).toMatchObject({ path: root, parent: null, isTruncated: false });
  expect(listing.entries[0]).toEqual({
    name: 'App-2',
    path: join(root, 'App-2'),
    isRepository: false,
  });
  expect(Value.Check(DirectoryListing, listing)).toBe(true);
});

test('a repository is known by .git, be it a directory or a file, which itself is not listed', async () => {
  const { root, roots } = await rootWith('clone/.git', 'clone/src', 'worktree', 'plain');
  await writeFile(join(root, 'worktree/.git'), 'gitdir: elsewhere');
  const { entries } = await listDirectory(roots, root);
  expect(entries.map(({ name, isRepository }) => [name, isRepository])).toEqual([
    ['clone', true],
    ['plain', false],
    ['worktree', true],
  ]);
  expect(namesOf(await listDirectory(roots, join(root, 'clone')))).toEqual(['src']);
});

test('without a path and with one root, that root is listed', async () => {
  const { root, roots } = await rootWith('a');
  expect(await listDirectory(roots)).toEqual(await listDirectory(roots, root));
});

test('without a path and with several roots, the roots are listed by their whole path', async () => {
  const base = await temporaryDirectory();
  const paths = [join(base, 'b/projects'), join(base, 'a/projects')];
  for (const path of paths) await mkdir(path, { recursive: true });
  await mkdir(join(base, 'b/projects/.git'));
  const roots = await ProjectRoots.find(paths);
  const listing = await listDirectory(roots);
  expect(listing).toEqual({
    path: null,
    parent: null,
    entries: paths.map((path, at) => ({ name: path, path, isRepository: at === 0 })),
    isTruncated: false,
  });
  expect(Value.Check(DirectoryListing, listing)).toBe(true);
});

test('the way up ends at a root, unless the root lies in another', async () => {
  const { root } = await rootWith('a/b/c');
  const roots = await ProjectRoots.find([join(root, 'a'), join(root, 'a/b')]);
  const parent = async (path: string) => (await listDirectory(roots, join(root, path))).parent;
  expect(await parent('a/b/c')).toBe(join(root, 'a/b'));
  expect(await parent('a/b')).toBe(join(root, 'a'));
  expect(await parent('a')).toBeNull();
});

test('links are listed under their own names if they lead to directories inside', async () => {
  const { root, roots } = await rootWith('real/.git');
  const outside = await temporaryDirectory();
  await writeFile(join(root, 'file'), '');
  await symlink('real', join(root, 'good'));
  await symlink(outside, join(root, 'out'));
  await symlink('file', join(root, 'to-file'));
  await symlink('no-such', join(root, 'dangling'));
  await symlink('round', join(root, 'round'));
  const { entries } = await listDirectory(roots, root);
  expect(entries).toEqual([
    { name: 'good', path: join(root, 'good'), isRepository: true },
    { name: 'real', path: join(root, 'real'), isRepository: true },
  ]);
});

test('what is outside is not listed', async () => {
  const { roots } = await rootWith('a');
  await expect(listDirectory(roots, '/etc')).rejects.toMatchObject({
    code: 'directory_outside_roots',
  });
});

test('names that are no UTF-8 are left out, strange ones are not', async () => {
  const { root, roots } = await rootWith('🎉', 'a\nb', '#(x)');
  await mkdir(Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.of(0xff)]));
  expect(namesOf(await listDirectory(roots, root)).sort()).toEqual(['#(x)', 'a\nb', '🎉']);
});

test('more directories than the limit are cut off, and the listing says so', async () => {
  const { root, roots } = await rootWith();
  const make = (at: number) => mkdir(join(root, `d${at}`));
  await Promise.all(Array.from({ length: DIRECTORY_ENTRIES_MAX }, (_, at) => make(at)));
  const full = await listDirectory(roots, root);
  expect(full.entries).toHaveLength(DIRECTORY_ENTRIES_MAX);
  expect(full.isTruncated).toBe(false);

  await make(DIRECTORY_ENTRIES_MAX);
  const cut = await listDirectory(roots, root);
  expect(cut.entries).toHaveLength(DIRECTORY_ENTRIES_MAX);
  expect(cut.entries.at(-1)?.name).toBe(`d${DIRECTORY_ENTRIES_MAX - 1}`);
  expect(cut.isTruncated).toBe(true);
});

test.skipIf(getuid?.() === 0)(
  'a directory that cannot be read does not hide the others',
  async () => {
    const { root, roots } = await rootWith('closed/.git', 'open');
    await chmod(join(root, 'closed'), 0);
    onTestFinished(() => chmod(join(root, 'closed'), 0o700));
    expect(namesOf(await listDirectory(roots, root))).toEqual(['closed', 'open']);
  },
);
