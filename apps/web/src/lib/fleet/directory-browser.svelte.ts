/** Walks through the directories that sessions may be started in: one listing at a time. */
import type { DirectoryEntry, DirectoryListing } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { splitTyped } from './directory-words.ts';

/** Typing a path asks once a word, not once a letter. */
const TYPING_PAUSE_MS = 200;

export class DirectoryBrowser {
  /** What the field says: the directory that would be chosen. Empty at the list of roots. */
  path = $state('');
  listing = $state.raw<DirectoryListing>();
  failure = $state.raw<Failure>();
  isLoading = $state(false);
  #filter = $state('');
  /** Directory of `listing`; undefined at the roots. */
  #at = $state<string>();
  readonly entries = $derived.by(() => this.#matching());
  /** The list of roots, when it is not what is shown. */
  readonly mayLeaveRoot = $derived(this.#at !== undefined);

  readonly #api: Api;
  readonly #clock: Clock;
  #cancelTyping: (() => void) | undefined;
  #asked = 0;

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Shows the roots; a single root is entered at once, there being nothing to choose. */
  async showRoots(): Promise<void> {
    await this.#list(undefined);
    const only = this.listing?.entries.length === 1 ? this.listing.entries[0] : undefined;
    if (this.#at === undefined && only !== undefined) await this.enter(only.path);
  }

  async enter(directory: string): Promise<void> {
    this.path = directory;
    await this.#list(directory);
  }

  async up(): Promise<void> {
    const parent = this.listing?.parent;
    if (typeof parent === 'string') return this.enter(parent);
    this.path = '';
    await this.#list(undefined);
  }

  /** The field was typed into: the listing follows after a pause. */
  typed(text: string): void {
    this.path = text;
    this.#cancelTyping?.();
    const split = splitTyped(text);
    this.#filter = split?.directory === this.#at ? (split?.filter ?? '') : '';
    if (split === undefined || split.directory === this.#at || text === this.#at) return;
    this.#cancelTyping = this.#clock.after(TYPING_PAUSE_MS, () => {
      void this.#list(split.directory).then(() => (this.#filter = split.filter));
    });
  }

  stop(): void {
    this.#cancelTyping?.();
  }

  async #list(directory: string | undefined): Promise<void> {
    const asked = (this.#asked += 1);
    this.#cancelTyping?.();
    this.isLoading = true;
    try {
      const query = directory === undefined ? {} : { path: directory };
      const listing = await this.#api.call('listDirectory', { query });
      if (asked !== this.#asked) return; // somebody has moved on
      this.listing = listing;
      this.#at = directory;
      this.#filter = '';
      this.failure = undefined;
    } catch (error) {
      if (asked === this.#asked) this.failure = failureOf(error);
    } finally {
      if (asked === this.#asked) this.isLoading = false;
    }
  }

  #matching(): readonly DirectoryEntry[] {
    const filter = this.#filter.toLowerCase();
    const entries = this.listing?.entries ?? [];
    return entries
      .filter(({ name }) => name.toLowerCase().includes(filter))
      .filter(({ name }) => !name.startsWith('.') || filter.startsWith('.'));
  }
}
