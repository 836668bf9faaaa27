/**
 * Window title and icon name (OSC 0, 1, 2) and the stack they are pushed on (CSI 22 t, 23 t).
 * Held here instead of in xterm, which would keep titles of any length.
 */
import type { IParser } from '@xterm/headless';
import { TITLE_CHARS_MAX } from '@dashboard/protocol/limits';
import type { Core } from './internals.ts';
import { STACK_ENTRIES_MAX } from './limits.ts';

const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

export class Titles {
  #title = '';
  #iconName = '';
  #pushedTitles: string[] = [];
  #pushedIconNames: string[] = [];
  readonly #changed: (title: string) => void;

  constructor(parser: IParser, changed: (title: string) => void) {
    this.#changed = changed;
    parser.registerOscHandler(0, (text) => this.#setTitle(text) && this.#setIconName(text));
    parser.registerOscHandler(1, (text) => this.#setIconName(text));
    parser.registerOscHandler(2, (text) => this.#setTitle(text));
  }

  get title(): string {
    return this.#title;
  }

  /** Past xterm's own handler for CSI t, which lets through only what an option allows. */
  watchStack(core: Core): void {
    core._inputHandler._parser.registerCsiHandler({ final: 't' }, ({ params, length }) => {
      const which = length > 1 ? params[1] : 0;
      if (params[0] === 22) this.#push(which);
      if (params[0] === 23) this.#pop(which);
      return false;
    });
  }

  sequence(): string {
    const titles = this.#pushedTitles.map((title) => `\x1b]2;${title}\x1b\\\x1b[22;2t`);
    const names = this.#pushedIconNames.map((name) => `\x1b]1;${name}\x1b\\\x1b[22;1t`);
    const current = `\x1b]1;${this.#iconName}\x1b\\\x1b]2;${this.#title}\x1b\\`;
    return titles.join('') + names.join('') + current;
  }

  #setTitle(text: string): boolean {
    this.#title = clean(text);
    this.#changed(this.#title);
    return true;
  }

  #setIconName(text: string): boolean {
    this.#iconName = clean(text);
    return true;
  }

  #push(which: number | undefined): void {
    if (which !== 1) this.#pushedTitles = pushed(this.#pushedTitles, this.#title);
    if (which !== 2) this.#pushedIconNames = pushed(this.#pushedIconNames, this.#iconName);
  }

  #pop(which: number | undefined): void {
    const title = which === 1 ? undefined : this.#pushedTitles.pop();
    const iconName = which === 2 ? undefined : this.#pushedIconNames.pop();
    if (title !== undefined) this.#setTitle(title);
    if (iconName !== undefined) this.#setIconName(iconName);
  }
}

/** Titles are shown in lists and tabs, and sent back to terminals: nothing in them may act. */
function clean(text: string): string {
  const short = text.replace(CONTROLS, '').slice(0, TITLE_CHARS_MAX);
  return short.replace(/[\ud800-\udbff]$/, '');
}

function pushed(stack: readonly string[], entry: string): string[] {
  return [...stack, entry].slice(-STACK_ENTRIES_MAX);
}
