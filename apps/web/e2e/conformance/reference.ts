/** The terminal to compare with: xterm.js alone in a page of its own, fed by nobody but the test. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from '@playwright/test';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { Terminal } from '@xterm/xterm';

const read = (name: string) => readFileSync(fileURLToPath(import.meta.resolve(name)), 'utf8');

interface ReferenceWindow {
  readonly Terminal: typeof Terminal;
  readonly Unicode11Addon: { readonly Unicode11Addon: new () => never };
  reference: Terminal;
  typed: (text: string) => void;
}

export class ReferenceTerminal {
  readonly page: Page;

  /** @param typed told what the terminal would send: keys, and answers to what programs ask */
  static async open(
    browser: Browser,
    size: TerminalSize,
    typed: (text: string) => void = () => undefined,
  ): Promise<ReferenceTerminal> {
    const page = await browser.newPage();
    await page.exposeFunction('typed', typed);
    await page.addStyleTag({ content: read('@xterm/xterm/css/xterm.css') });
    await page.addScriptTag({ content: read('@xterm/xterm') });
    await page.addScriptTag({ content: read('@xterm/addon-unicode11') });
    await page.evaluate(({ cols, rows }) => {
      const its = window as unknown as ReferenceWindow;
      const made = new its.Terminal({ cols, rows, allowProposedApi: true, scrollback: 5000 });
      made.loadAddon(new its.Unicode11Addon.Unicode11Addon());
      made.unicode.activeVersion = '11';
      made.onData((text) => its.typed(text));
      made.open(document.body);
      its.reference = made;
    }, size);
    return new ReferenceTerminal(page);
  }

  private constructor(page: Page) {
    this.page = page;
  }

  /** Fulfilled once it is drawn. */
  async write(text: string): Promise<void> {
    await this.page.evaluate(async (data) => {
      const { reference } = window as unknown as ReferenceWindow;
      await new Promise<void>((parsed) => reference.write(data, parsed));
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    }, text);
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
