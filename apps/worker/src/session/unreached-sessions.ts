/**
 * Sessions whose panes are there and could not be taken over when the worker started. Until one can
 * be, something lost stands in for it; on disk it runs, so that the next worker looks for it too.
 */
import type { SessionId } from '@dashboard/protocol/ids';
import { adoptAgain, type RecoverOptions, type Unreached } from './recover.ts';
import type { Session } from './session.ts';

export interface UnreachedSessionsOptions {
  readonly depsFor: RecoverOptions['depsFor'];
  readonly known: ReadonlyMap<SessionId, Session>;
  /** Takes the place of what stood in for it. */
  readonly put: (session: Session) => Promise<void>;
}

export class UnreachedSessions {
  readonly #options: UnreachedSessionsOptions;
  #waiting: readonly Unreached[];
  #work: Promise<void> | undefined;
  #isStopped = false;

  constructor(unreached: readonly Unreached[], options: UnreachedSessionsOptions) {
    this.#waiting = unreached;
    this.#options = options;
  }

  /** Called now and then. */
  tryAgain(): void {
    if (this.#waiting.length > 0)
      this.#work ??= this.#tryAll().finally(() => (this.#work = undefined));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#work;
  }

  async #tryAll(): Promise<void> {
    const still: Unreached[] = [];
    for (const each of this.#waiting) if (!(await this.#isDone(each))) still.push(each);
    this.#waiting = still;
  }

  /** Also when a person has removed it, or its pane has gone: the next worker says that it is lost. */
  async #isDone(each: Unreached): Promise<boolean> {
    const { known, depsFor, put } = this.#options;
    const isOurs = (): boolean => !this.#isStopped && known.get(each.record.id) === each.session;
    if (!isOurs()) return true;
    try {
      const adopted = await adoptAgain(each, depsFor);
      if (adopted === 'gone') return true;
      if (isOurs()) await put(adopted);
      else await adopted.dispose('worker_gone');
      return true;
    } catch {
      return false;
    }
  }
}
