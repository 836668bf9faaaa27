/** Gives a session the worktree that its wish names, before its program is prepared to run in there. */
import { DashboardError } from '@dashboard/protocol/errors';
import type { SessionId } from '@dashboard/protocol/ids';
import type { CreateSession, SessionRecord } from '@dashboard/protocol/sessions';
import type { Worktrees } from './project/index.ts';
import type { Launcher, Prepared } from './session/index.ts';

export class LaunchInWorktree implements Launcher {
  readonly #inner: Launcher;
  readonly #worktrees: Worktrees;

  constructor(inner: Launcher, worktrees: Worktrees) {
    this.#inner = inner;
    this.#worktrees = worktrees;
  }

  /** @throws DashboardError as the launcher and Worktrees.add() do; nothing is left behind then */
  async prepare(id: SessionId, wish: CreateSession): Promise<Prepared> {
    const { worktree, conversation } = wish;
    if (worktree === undefined) return await this.#inner.prepare(id, wish);
    if (conversation !== undefined) {
      throw new DashboardError('invalid_request', 'a past conversation goes on where it was begun');
    }
    const { directory, takeBack } = await this.#worktrees.add(wish.directory, worktree);
    try {
      return { ...(await this.#inner.prepare(id, { ...wish, directory })), takeBack };
    } catch (error) {
      await takeBack();
      throw error;
    }
  }

  async resume(record: SessionRecord): Promise<Prepared> {
    return await this.#inner.resume(record);
  }
}
