/** Worktrees in real repositories, hostile ones among them. S31. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@dashboard/testkit/temporary-directory';
import { expect, test } from 'vitest';
import { Git } from './git.ts';
import { ProjectRoots } from './roots.ts';
import { Worktrees } from './worktrees.ts';

const AUTHOR = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];

function git(directory: string, ...args: string[]): string {
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' };
  const options = { cwd: directory, env, encoding: 'utf8' } as const;
  return execFileSync('git', [...AUTHOR, ...args], options).trim();
}

/** projects/ is the root, projects/app a repository with one commit on main. */
async function makeRepository() {
  const base = await temporaryDirectory();
  const app = join(base, 'projects/app');
  await mkdir(join(app, 'src'), { recursive: true });
  git(app, 'init', '-q', '-b', 'main');
  await writeFile(join(app, 'src/a.txt'), 'one\n');
  git(app, 'add', '.');
  git(app, 'commit', '-qm', 'first');
  const roots = await ProjectRoots.find([join(base, 'projects')]);
  const environment = { PATH: process.env['PATH'] ?? '', HOME: base };
  return { base, app, worktrees: new Worktrees(roots, new Git(environment)) };
}

test('a worktree has the new branch, the asked directory and nothing to commit above it', async () => {
  const { app, worktrees } = await makeRepository();
  const made = await worktrees.add(join(app, 'src'), { branch: 'fix/login' });
  expect(made.directory).toBe(join(app, '.worktrees/fix-login/src'));
  expect(git(made.directory, 'branch', '--show-current')).toBe('fix/login');
  expect(await readFile(join(made.directory, 'a.txt'), 'utf8')).toBe('one\n');
  expect(git(app, 'status', '--porcelain')).toBe('');
});

test('it begins at the branch that was chosen; from within another it lies beside that', async () => {
  const { app, worktrees } = await makeRepository();
  git(app, 'branch', 'old');
  git(app, 'commit', '-qm', 'second', '--allow-empty');
  const old = git(app, 'rev-parse', 'old');
  const made = await worktrees.add(app, { branch: 'one', base: 'old' });
  expect(git(made.directory, 'rev-parse', 'HEAD')).toBe(old);
  const next = await worktrees.add(made.directory, { branch: 'two' });
  expect(next.directory).toBe(join(app, '.worktrees/two'));
  expect(git(next.directory, 'rev-parse', 'HEAD')).toBe(old);
});

test('the branches are told, and a directory outside of any repository is none', async () => {
  const { app, base, worktrees } = await makeRepository();
  git(app, 'branch', 'other');
  const told = await worktrees.look(join(app, 'src'));
  expect(told).toMatchObject({ isRepository: true, current: 'main' });
  expect(told.branches.toSorted()).toEqual(['main', 'other']);
  expect(await worktrees.look(join(base, 'projects'))).toMatchObject({ isRepository: false });
});

test('what is there already is refused and stays as it is', async () => {
  const { app, worktrees } = await makeRepository();
  git(app, 'branch', 'taken');
  await mkdir(join(app, '.worktrees/full'), { recursive: true });
  const refused = { code: 'conflict' };
  await expect(worktrees.add(app, { branch: 'taken' })).rejects.toMatchObject(refused);
  await expect(worktrees.add(app, { branch: 'full' })).rejects.toMatchObject(refused);
  await expect(worktrees.add(app, { branch: 'x', base: 'gone' })).rejects.toMatchObject({
    code: 'invalid_request',
  });
  expect(git(app, 'branch', '--list', 'taken', 'full', 'x')).toBe('taken');
  expect(existsSync(join(app, '.worktrees/full'))).toBe(true);
});

test('what came to nothing leaves neither tree nor branch', async () => {
  const { app, worktrees } = await makeRepository();
  const { directory, takeBack } = await worktrees.add(app, { branch: 'short' });
  await takeBack();
  expect(existsSync(directory)).toBe(false);
  expect(git(app, 'branch', '--list', 'short')).toBe('');
});

test('nothing that a repository names is run', async () => {
  const { app, base, worktrees } = await makeRepository();
  const ran = join(base, 'ran');
  const script = join(base, 'evil.sh');
  await writeFile(script, `#!/bin/sh\ntouch ${ran}\ncat\n`);
  await chmod(script, 0o755);
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change']) {
    await symlink(script, join(app, '.git/hooks', hook));
  }
  await writeFile(join(app, '.gitattributes'), '* filter=evil=x\n*.md filter=plain\n');
  await writeFile(join(app, 'b.md'), 'two\n');
  git(app, '-c', 'core.hooksPath=/dev/null', 'add', '.');
  git(app, '-c', 'core.hooksPath=/dev/null', 'commit', '-qm', 'hostile');
  git(app, 'config', 'core.fsmonitor', script);
  await writeFile(
    join(app, '.git/included'),
    `[filter "plain"]\nsmudge = ${script}\nrequired = true\n[filter "evil=x"]\nprocess = ${script}\n`,
  );
  git(app, 'config', 'include.path', 'included');
  // Without our settings it would have run: the repository is as hostile as it looks.
  await rm(ran, { force: true });
  git(app, 'worktree', 'add', '-q', '-b', 'plain', join(base, 'plain'));
  expect(existsSync(ran)).toBe(true);
  await rm(ran);
  const { directory } = await worktrees.add(app, { branch: 'safe' });
  await worktrees.look(app);
  expect(await readFile(join(directory, 'b.md'), 'utf8')).toBe('two\n');
  expect(existsSync(ran)).toBe(false);
});

test('a repository or a place for trees that lies outside the roots is refused', async () => {
  const { app, base, worktrees } = await makeRepository();
  const outside = join(base, 'outside');
  await mkdir(join(base, 'projects/pointing'));
  git(base, 'clone', '-q', '--no-local', app, outside);
  await writeFile(join(base, 'projects/pointing/.git'), `gitdir: ${outside}/.git\n`);
  const refused = { code: 'directory_outside_roots' };
  await expect(
    worktrees.add(join(base, 'projects/pointing'), { branch: 'x' }),
  ).rejects.toMatchObject(refused);
  await symlink(outside, join(app, '.worktrees'));
  await expect(worktrees.add(app, { branch: 'x' })).rejects.toMatchObject(refused);
  expect(existsSync(join(outside, 'x'))).toBe(false);
});
