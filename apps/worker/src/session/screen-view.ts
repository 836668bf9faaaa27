/**
 * A session's screen as its session sees it: always there, even after the end, when the last
 * snapshot stands for it. Snapshots that are asked for at once are made once.
 */
import { PREVIEW_COLS_MAX, PREVIEW_ROWS, SCROLLBACK_LINES } from '@dashboard/protocol/limits';
import type { Screen, Snapshot } from './ports.ts';

export class ScreenView {
  #screen: Screen | undefined;
  #last: Snapshot | undefined;
  #underWay: Promise<Snapshot> | undefined;

  /** @param screen of a program that runs @param last what is left of one that has ended */
  constructor(screen: Screen | undefined, last: Snapshot | undefined) {
    this.#screen = screen;
    this.#last = last;
  }

  /** The parser's own; undefined after the end. */
  get live(): Screen | undefined {
    return this.#screen;
  }

  /** Bytes that the screen has still to parse and that the log must therefore keep. */
  get lagBytes(): number {
    return this.#screen?.lagBytes ?? 0;
  }

  /** @throws Error when the screen cannot tell; the caller decides what to show instead */
  async snapshot(): Promise<Snapshot> {
    if (this.#screen === undefined) {
      if (this.#last === undefined) throw new Error('nothing is left of this screen');
      return this.#last;
    }
    this.#underWay ??= this.#screen.snapshot(SCROLLBACK_LINES).finally(() => {
      this.#underWay = undefined;
    });
    return await this.#underWay;
  }

  /** The last rows as text, or undefined when they cannot be told now. */
  async preview(): Promise<readonly string[] | undefined> {
    try {
      const rows = await this.#screen?.text(PREVIEW_ROWS);
      return rows?.map((row) => row.slice(0, PREVIEW_COLS_MAX));
    } catch {
      return undefined; // the screen is being made anew; the next output asks again
    }
  }

  /** From here on `last` is the screen. */
  end(last: Snapshot): void {
    this.#last = last;
    this.#screen?.dispose();
    this.#screen = undefined;
  }

  dispose(): void {
    this.#screen?.dispose();
    this.#screen = undefined;
  }
}
