/** Past conversations as one page shows them: looked for, more of them, and one that is gone on with. */
import type { Conversation } from '@dashboard/protocol/conversations';
import { DashboardError } from '@dashboard/protocol/errors';
import { SESSION_NAME_CHARS_MAX } from '@dashboard/protocol/limits';
import type { SessionSummary } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Api } from '../api/api.ts';
import { suggestedName } from '../ui/directory-words.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { makeUuid } from '../ui/uuid.ts';

/** Typing pauses this long before it is looked for. */
const SEARCH_AFTER_MS = 250;
/** Pages that are short because a look reads so much and no more: so many follow by themselves. */
const SHORT_PAGES_MAX = 20;
const PAGE_IS_SHORT = 10;

export class PastConversations {
  found = $state.raw<readonly Conversation[]>([]);
  isLoaded = $state(false);
  isLooking = $state(false);
  failure = $state.raw<Failure>();
  /** Of the one that is being gone on with. */
  resuming = $state<string>();
  #q = $state('');
  #directory = $state<string>();
  #next = $state.raw<string | null>(null);
  readonly #api: Api;
  readonly #clock: Clock;
  #cancelSearch: (() => void) | undefined;
  /** Grows with each look: what an older one brings is not wanted any more. */
  #look = 0;
  /** Of the conversation that is being gone on with, or was last. */
  #key: { readonly conversation: string; readonly key: string } | undefined;

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  get q(): string {
    return this.#q;
  }

  set q(words: string) {
    this.#q = words;
    this.#cancelSearch?.();
    this.#cancelSearch = this.#clock.after(SEARCH_AFTER_MS, () => void this.look());
  }

  /** Only what was begun there or below. */
  get directory(): string | undefined {
    return this.#directory;
  }

  set directory(directory: string | undefined) {
    this.#directory = directory;
    void this.look();
  }

  get hasMore(): boolean {
    return this.#next !== null;
  }

  /** From the newest. */
  async look(): Promise<void> {
    this.#cancelSearch?.();
    await this.#fetch([], undefined);
    this.isLoaded = true;
  }

  async more(): Promise<void> {
    await this.#fetch(this.found, this.#next ?? undefined);
  }

  stop(): void {
    this.#cancelSearch?.();
    this.#look++;
  }

  /** @param taken names of sessions @returns the session in which it goes on; undefined: failure says why */
  async goOn(one: Conversation, taken: ReadonlySet<string>): Promise<SessionSummary | undefined> {
    const { id: conversation, profile, directory } = one;
    // Pressed twice, or again after a lost answer, it is one session.
    if (this.#key?.conversation !== conversation) this.#key = { conversation, key: makeUuid() };
    const idempotencyKey = this.#key.key;
    this.resuming = conversation;
    this.failure = undefined;
    try {
      const body = { name: nameOf(one, taken), profile, directory, conversation };
      return await this.#api.call('createSession', { body, idempotencyKey });
    } catch (error) {
      const isRefused = error instanceof DashboardError && error.code !== 'deadline_exceeded';
      if (isRefused) this.#key = undefined;
      this.failure = failureOf(error);
      return undefined;
    } finally {
      this.resuming = undefined;
    }
  }

  async #fetch(before: readonly Conversation[], from: string | undefined): Promise<void> {
    const look = ++this.#look;
    this.isLooking = true;
    this.failure = undefined;
    let found = before;
    let after = from;
    try {
      for (let pages = 0; pages < SHORT_PAGES_MAX; pages++) {
        const page = await this.#api.call('listConversations', { query: this.#query(after) });
        if (look !== this.#look) return;
        found = [...found, ...page.conversations];
        after = page.next ?? undefined;
        [this.found, this.#next] = [found, page.next];
        if (after === undefined || found.length - before.length >= PAGE_IS_SHORT) break;
      }
    } catch (error) {
      if (look === this.#look) this.failure = failureOf(error);
    } finally {
      if (look === this.#look) this.isLooking = false;
    }
  }

  #query(after: string | undefined): Record<string, string> {
    const q = this.#q.trim();
    return {
      ...(q === '' ? {} : { q }),
      ...(this.#directory === undefined ? {} : { directory: this.#directory }),
      ...(after === undefined ? {} : { after }),
    };
  }
}

/** A session is called as what it goes on with. */
function nameOf(
  { title, firstPrompt, directory }: Conversation,
  taken: ReadonlySet<string>,
): string {
  const name = (title ?? firstPrompt ?? '').slice(0, SESSION_NAME_CHARS_MAX).toWellFormed().trim();
  return name === '' || taken.has(name) ? suggestedName(directory, taken) : name;
}
