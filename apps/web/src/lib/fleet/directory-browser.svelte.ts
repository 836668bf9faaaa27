/** Walks through the directories that sessions may be started in: one listing at a time. */
import type { DirectoryEntry, DirectoryListing } from '@dashboard/protocol/sessions';
import type { Clock } from '@dashboard/runtime/clock';
import type { Api } from '../api/api.ts';
import { failureOf, type Failure } from '../ui/failure.ts';
import { splitTyped } from '../ui/directory-words.ts';

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
  #hasOneRoot = $state(false);
  /** Without others beside it there is nothing above a root. */
  readonly #isOnlyRoot = $derived(this.listing?.parent === null && this.#hasOneRoot);
  readonly entries = $derived.by(() => this.#matching());
  /** There is something above: a directory, or the list of roots. */
  readonly mayGoUp = $derived(this.#at !== undefined && !this.#isOnlyRoot);

  readonly #api: Api;
  readonly #clock: Clock;
  #cancelTyping: (() => void) | undefined;
  #asked = 0;

  constructor(api: Api, clock: Clock) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Shows the roots, or what is in the root when there is only one. */
  async showRoots(): Promise<void> {
    this.path = '';
    await this.#list(undefined);
    this.path = this.#at ?? '';
    this.#hasOneRoot = this.#at !== undefined;
  }

  /** The roots are asked for in any case: whether there is one or many decides what lies above. */
  async startAt(directory: string | undefined): Promise<void> {
    await this.showRoots();
    if (directory !== undefined) await this.enter(directory);
  }

  async enter(directory: string): Promise<void> {
    this.path = directory;
    await this.#list(directory);
  }

  async up(): Promise<void> {
    const parent = this.listing?.parent;
    if (typeof parent === 'string') return this.enter(parent);
    await this.showRoots();
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
      this.#at = listing.path ?? undefined;
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
