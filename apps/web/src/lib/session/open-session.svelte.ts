/** What a page with a terminal holds besides the connection: which dialog is open, what was just copied. */
import type { Clock } from '@dashboard/runtime/clock';
import { NamedTimers } from '../terminal/named-timers.ts';

export type Asking =
  | { readonly what: 'link'; readonly url: string }
  | { readonly what: 'paste'; readonly text: string }
  | { readonly what: 'trust' }
  | { readonly what: 'end' }
  | { readonly what: 'remove' };

/** A word about the clipboard stays this long. */
const TOAST_SHOWN_MS = 2_000;

export class OpenSession {
  asking = $state.raw<Asking>();
  isAsking = $state(false);
  isSearching = $state(false);
  isControlArmed = $state(false);
  toast = $state<string>();
  /** Where the link under the pointer leads. */
  hoveredUrl = $state<string>();
  readonly #timers: NamedTimers<'toast'>;

  constructor(clock: Clock) {
    this.#timers = new NamedTimers(clock);
  }

  /** What is asked stays until the next question: a dialog that fades out keeps its words. */
  ask(asking: Asking): void {
    this.asking = asking;
    this.isAsking = true;
  }

  say(words: string): void {
    this.toast = words;
    this.#timers.after('toast', TOAST_SHOWN_MS, () => (this.toast = undefined));
  }

  stop(): void {
    this.#timers.cancelAll();
  }
}
