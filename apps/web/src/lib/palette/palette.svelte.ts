/** Whether the command palette is open, and what the page that is shown adds to it. */
import type { Command } from './commands.ts';

export class Palette {
  isOpen = $state(false);
  #here = $state.raw<() => readonly Command[]>();

  /** Of the session or the page that is shown; asked anew each time. */
  get here(): readonly Command[] {
    return this.#here?.() ?? [];
  }

  /** @returns a function that takes them away again */
  offer(commands: () => readonly Command[]): () => void {
    this.#here = commands;
    return () => {
      // The next page may have come before this one went.
      if (this.#here === commands) this.#here = undefined;
    };
  }
}
