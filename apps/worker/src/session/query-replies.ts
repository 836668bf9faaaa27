/** The screen's answers to a program that asks its terminal, kept while its pane is not known yet. */
import type { Pane } from './ports.ts';

export class QueryReplies {
  readonly #onFailure: (error: unknown) => void;
  /** A screen answers at most what the program has asked, which is in memory anyway. */
  #early: Uint8Array[] | undefined = [];
  #pane: Pane | undefined;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  reply(bytes: Uint8Array): void {
    if (this.#pane === undefined) return void this.#early?.push(bytes);
    try {
      this.#pane.write(bytes);
    } catch (error) {
      // A program that asks and does not read has no use for the answer.
      this.#onFailure(error);
    }
  }

  to(pane: Pane): void {
    this.#pane = pane;
    for (const bytes of this.#early?.splice(0) ?? []) this.reply(bytes);
  }

  end(): void {
    this.#pane = undefined;
    this.#early = undefined;
  }
}
