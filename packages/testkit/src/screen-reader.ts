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
    if (frame.type === 'output') this.#draw(frame.bytes);
    if (frame.type === 'snapshot') {
      if (frame.isFirst) {
        this.terminal.reset();
        this.#resize(frame.size);
      }
      this.#draw(frame.bytes);
    }
  }

  /** Scrollback and screen as lines without trailing blanks; wrapped lines are put together. */
  async lines(): Promise<string[]> {
    await this.#drawn;
    const { active } = this.terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < active.length; row++) {
      const line = active.getLine(row);
      const text = line?.translateToString(true) ?? '';
      if (line?.isWrapped === true) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    return lines;
  }

  #resize({ cols, rows }: { cols: number; rows: number }): void {
    this.#draw(new Uint8Array(0), () => this.terminal.resize(cols, rows));
  }

  #draw(bytes: Uint8Array, before?: () => void): void {
    before?.();
    this.#drawn = new Promise((resolve) => this.terminal.write(bytes, resolve));
  }
}
