/**
 * Draws as Claude Code does without the alternate screen: what is said scrolls away upwards, and
 * what still changes (dialog, input, footer) is drawn again below it.
 */

/** Of a terminal that does not say how wide it is. */
const COLS = 80;

export class Screen {
  readonly #out: NodeJS.WriteStream;
  #live: readonly string[] = [];

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    out.write('\x1b[?2004h');
  }

  get cols(): number {
    return this.#out.columns || COLS;
  }

  /** Above what changes, for good. */
  print(...lines: readonly string[]): void {
    this.#draw(lines, this.#live);
  }

  /** What is drawn at the bottom from now on. */
  show(lines: readonly string[]): void {
    this.#draw([], lines);
  }

  end(...lines: readonly string[]): void {
    this.#draw(lines, []);
    this.#out.write('\x1b[?2004l');
  }

  title(text: string): void {
    this.#out.write(`\x1b]0;✳ ${text}\x07`);
  }

  #draw(lines: readonly string[], live: readonly string[]): void {
    const fitting = live.map((line) => this.#fit(line));
    const up = this.#live.length > 0 ? `\x1b[${this.#live.length}A` : '';
    const text = [...lines, ...fitting].map((line) => `${line}\r\n`).join('');
    this.#out.write(`${up}\r\x1b[J${text}`);
    this.#live = fitting;
  }

  /** A line that wrapped would be counted as one when the screen is drawn again. */
  #fit(line: string): string {
    return Array.from(line)
      .slice(0, this.cols - 1)
      .join('');
  }
}
