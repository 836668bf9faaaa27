/**
 * A branch and a working tree of its own for a session, in `.worktrees/` of the repository. Both the
 * repository and what is made lie inside the roots, wherever the repository's own files point.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DashboardError } from '@dashboard/protocol/errors';
import { BRANCHES_LISTED_MAX } from '@dashboard/protocol/limits';
import { BranchName, type NewWorktree, type Repository } from '@dashboard/protocol/worktrees';
import { Value } from 'typebox/value';
import type { Git } from './git.ts';
import type { ProjectRoots } from './roots.ts';

const HOME = '.worktrees';
const NO_REPOSITORY: Repository = { isRepository: false, current: null, branches: [] };

export interface MadeWorktree {
  /** Where in it the session shall run: what was asked for, in the new tree. */
  readonly directory: string;
  /** Removes tree and branch again: for when nothing came of it. */
  takeBack(): Promise<void>;
}

interface Place {
  /** The main working tree: those that are made lie below it, never in one another. */
  readonly top: string;
  /** The asked directory, seen from the top of its working tree; empty or with a slash at its end. */
  readonly below: string;
}

export class Worktrees {
  readonly #roots: ProjectRoots;
  readonly #git: Git;

  constructor(roots: ProjectRoots, git: Git) {
    this.#roots = roots;
    this.#git = git;
  }

  /** @throws DashboardError directory_outside_roots, directory_not_found */
  async look(path: string): Promise<Repository> {
    const directory = await this.#roots.enter(path);
    if ((await this.#place(directory).catch(() => undefined)) === undefined) return NO_REPOSITORY;
    const listed = await this.#git.run(directory, [
      ...['for-each-ref', '--sort=-committerdate', `--count=${BRANCHES_LISTED_MAX}`],
      ...['--format=%(refname:lstrip=2)', 'refs/heads', 'refs/remotes'],
    ]);
    const current = await this.#git.run(directory, ['branch', '--show-current']);
    // Other programs have made them, and git allows more than we show.
    const branches = listed.split('\n').filter((name) => Value.Check(BranchName, name));
    const checkedOut = current.trim();
    return {
      isRepository: true,
      current: Value.Check(BranchName, checkedOut) ? checkedOut : null,
      branches: branches.filter((name) => !name.endsWith('/HEAD')),
    };
  }

  /**
   * @throws DashboardError directory_outside_roots, directory_not_found; invalid_request where there
   *   is no repository or no such base; conflict with git's own words
   */
  async add(path: string, { branch, base }: NewWorktree): Promise<MadeWorktree> {
    const asked = await this.#roots.enter(path);
    const { top, below } = await this.#place(asked);
    const commit = await this.#commitOf(asked, base);
    if ((await this.#resolve(top, `refs/heads/${branch}`)) !== undefined) {
      throw new DashboardError('conflict', `the branch ${branch} exists already`);
    }
    const tree = join(await this.#home(top), branch.replaceAll('/', '-'));
    if ((await stat(tree).catch(() => undefined)) !== undefined) {
      throw new DashboardError('conflict', `${tree} exists already`);
    }
    const takeBack = async (): Promise<void> => await this.#takeBack(top, tree, branch);
    try {
      await this.#git.run(top, ['worktree', 'add', '--no-track', '-b', branch, '--', tree, commit]);
      const directory = await this.#roots.enter(join(tree, below)).catch(() => tree);
      return { directory, takeBack };
    } catch (error) {
      await takeBack();
      throw error;
    }
  }

  /** @throws DashboardError invalid_request; directory_outside_roots of a repository that is elsewhere */
  async #place(directory: string): Promise<Place> {
    const args = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-common-dir'];
    const printed = await this.#git.run(directory, [...args, '--show-prefix']).catch(() => '');
    const [here, common, below] = printed.split('\n');
    if (!here || !common || below === undefined) {
      throw new DashboardError('invalid_request', 'this directory is in no git repository');
    }
    const repository = await this.#roots.enter(common);
    const isUsual = basename(repository) === '.git';
    return { top: await this.#roots.enter(isUsual ? dirname(repository) : here), below };
  }

  async #commitOf(directory: string, base: string | undefined): Promise<string> {
    const names = base === undefined ? ['HEAD'] : [`refs/heads/${base}`, `refs/remotes/${base}`];
    for (const name of names) {
      const commit = await this.#resolve(directory, name);
      if (commit !== undefined) return commit;
    }
    const what = base === undefined ? 'nothing is committed here yet' : `no branch ${base}`;
    throw new DashboardError('invalid_request', what);
  }

  async #resolve(directory: string, name: string): Promise<string | undefined> {
    const args = ['rev-parse', '--verify', '--quiet', `${name}^{commit}`];
    const printed = await this.#git.run(directory, args).catch(() => '');
    return printed.trim() || undefined;
  }

  /** Keeps itself out of the repository. A link that leads elsewhere is refused. */
  async #home(top: string): Promise<string> {
    const home = join(top, HOME);
    await mkdir(home).catch(() => undefined); // there already, or the next line says what is wrong
    if ((await this.#roots.enter(home)) !== home) {
      throw new DashboardError('directory_outside_roots', `${home} leads somewhere else`);
    }
    await writeFile(join(home, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined);
    return home;
  }

  /** Only what add() has made is there: neither tree nor branch existed before. */
  async #takeBack(top: string, tree: string, branch: string): Promise<void> {
    const steps = [
      ['worktree', 'remove', '--force', '--', tree],
      ['branch', '-D', '--', branch],
    ];
    for (const step of steps) await this.#git.run(top, step).catch(() => undefined);
  }
}
