/** Whether a new session gets a branch and a working tree of its own, and where they begin. */
import { BranchName, type NewWorktree, type Repository } from '@dashboard/protocol/worktrees';
import type { Clock } from '@dashboard/runtime/clock';
import { Value } from 'typebox/value';
import type { Api } from '../api/api.ts';

/** A directory that is typed or walked to is looked at once it rests. */
const LOOK_PAUSE_MS = 250;

export interface WorktreeChoiceOptions {
  readonly api: Api;
  readonly clock: Clock;
  /** Of the session: what a branch is called as long as nobody says otherwise. */
  readonly name: () => string;
}

export class WorktreeChoice {
  /** Of the directory that is chosen; undefined while nothing is known of it. */
  repository = $state.raw<Repository>();
  isWanted = $state(false);
  /** Empty: what is checked out. */
  base = $state('');
  #typed = $state<string>();

  readonly #options: WorktreeChoiceOptions;
  #cancelLook: (() => void) | undefined;
  #asked = 0;

  readonly isOffered = $derived(this.repository?.isRepository === true);
  readonly branch = $derived.by(() => this.#typed ?? branchNamed(this.#options.name()));
  readonly isTaken = $derived(this.repository?.branches.includes(this.branch.trim()) === true);
  readonly isWrong = $derived(!Value.Check(BranchName, this.branch.trim()));
  /** One that was left behind by going to another repository begins at what is checked out there. */
  readonly #begins = $derived(this.repository?.branches.includes(this.base) === true);
  /** Nothing stands in the way of the start. */
  readonly isReady = $derived(!this.isWanted || !this.isOffered || !(this.isWrong || this.isTaken));
  readonly wish = $derived<NewWorktree | undefined>(
    this.isWanted && this.isOffered
      ? { branch: this.branch.trim(), ...(this.#begins && { base: this.base }) }
      : undefined,
  );

  constructor(options: WorktreeChoiceOptions) {
    this.#options = options;
  }

  setBranch(branch: string): void {
    this.#typed = branch;
  }

  /** @returns a function that stops the looking */
  lookAt(directory: string): () => void {
    this.#cancelLook?.();
    this.#asked += 1;
    this.repository = undefined;
    if (!directory.startsWith('/')) return () => undefined;
    const cancel = this.#options.clock.after(LOOK_PAUSE_MS, () => void this.#look(directory));
    this.#cancelLook = cancel;
    return cancel;
  }

  async #look(path: string): Promise<void> {
    const asked = this.#asked;
    try {
      const repository = await this.#options.api.call('getRepository', { query: { path } });
      if (asked === this.#asked) this.repository = repository;
    } catch {
      // The picker tells what is wrong with the directory; here nothing is offered.
    }
  }
}

/** "Fix the login!" becomes fix-the-login. */
function branchNamed(name: string): string {
  const words = name.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join('-');
}
