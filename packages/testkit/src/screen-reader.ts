/** What a person at the other end would see: frames drawn on a terminal as the page draws them. */
import xterm from '@xterm/headless';
import type { WorkerFrame } from '@dashboard/protocol/terminal/worker-frames';

const SCROLLBACK_LINES = 5_000;

export class ScreenReader {
  readonly terminal = new xterm.Terminal({
    allowProposedApi: true,
    scrollback: SCROLLBACK_LINES,
    cols: 120,
    rows: 32,
  });
  #drawn: Promise<void> = Promise.resolve();

  receive(frame: WorkerFrame): void {
    if (frame.type === 'attached' || frame.type === 'size') this.#resize(frame.size);
    if (frame.type === 'output') this.#write(frame.bytes);
    if (frame.type === 'snapshot') {
      if (frame.isFirst) {
        this.#next(() => this.terminal.reset());
        this.#resize(frame.size);
      }
      this.#write(frame.bytes);
    }
  }

  /** Fulfilled when everything received so far has been parsed. */
  async drawn(): Promise<void> {
    await this.#drawn;
  }

  /** Scrollback and screen as lines without trailing blanks; wrapped lines are put together. */
  async lines(): Promise<string[]> {
    await this.#drawn;
    return this.#linesFrom(0);
  }

  /** The screen alone, as it is drawn by now. */
  screen(): string[] {
    return this.#linesFrom(this.terminal.buffer.active.baseY);
  }

  #linesFrom(first: number): string[] {
    const { active } = this.terminal.buffer;
    const lines: string[] = [];
    for (let row = first; row < active.length; row++) {
      const line = active.getLine(row);
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped === true) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    return lines;
  }

  #resize({ cols, rows }: { cols: number; rows: number }): void {
    this.#next(() => this.terminal.resize(cols, rows));
  }

  #write(bytes: Uint8Array): void {
    this.#next(() => new Promise((resolve) => this.terminal.write(bytes, resolve)));
  }

  /** xterm.js resizes and resets at once, before what it was given to write: so one at a time. */
  #next(step: () => Promise<void> | void): void {
    this.#drawn = this.#drawn.then(step);
  }
}
