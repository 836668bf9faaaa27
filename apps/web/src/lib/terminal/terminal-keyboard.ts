/**
 * Keys on their way into xterm.js: shortcuts of the page are taken out, what xterm.js does not
 * encode is encoded, and a key bar can press what a phone does not have.
 */
import { KeyboardModes } from '@dashboard/xterm/keyboard-modes';
import type { Terminal } from '@xterm/xterm';
import { encodeKey } from './key-encoding.ts';
import {
  shortcutOf,
  touchKeyText,
  withControl,
  type Shortcut,
  type TouchKey,
} from './shortcuts.ts';

export interface TerminalKeyboardOptions {
  readonly isMac: boolean;
  readonly shortcut: (shortcut: Shortcut) => void;
}

export class TerminalKeyboard {
  readonly #xterm: Terminal;
  readonly #options: TerminalKeyboardOptions;
  readonly #modes: KeyboardModes;
  /** The next character is typed with control. */
  isControlArmed = false;

  constructor(xterm: Terminal, options: TerminalKeyboardOptions) {
    this.#xterm = xterm;
    this.#options = options;
    this.#modes = new KeyboardModes(() => xterm.buffer.active.type);
    const { parser } = xterm;
    this.#modes.register((name, handler) =>
      // A parameter with parts is none that these know.
      parser.registerCsiHandler(name, (given) => handler(given.map((part) => Number(part) || 0))),
    );
    parser.registerEscHandler({ final: 'c' }, () => this.#modes.reset());
    xterm.attachCustomKeyEventHandler((event) => this.#onKey(event));
  }

  /** Forgets what the program asked for. */
  reset(): void {
    this.#modes.reset();
  }

  press(key: TouchKey): void {
    const isApplication = this.#xterm.modes.applicationCursorKeysMode;
    const { flags, modifyOtherKeys } = this.#modes;
    this.#xterm.input(touchKeyText(key, { flags, modifyOtherKeys, isApplication }), true);
  }

  /** What is really typed when xterm.js says `text`. */
  typed(text: string): string {
    if (!this.isControlArmed || text.length !== 1) return text;
    this.isControlArmed = false;
    return withControl(text);
  }

  /** @returns whether xterm.js shall handle the key */
  #onKey(event: KeyboardEvent): boolean {
    const shortcut = shortcutOf(event, this.#options.isMac);
    if (shortcut === undefined) return this.#encode(event);
    if (shortcut === 'copy' && !this.#xterm.hasSelection()) return true;
    // The browser's own paste follows from this key only if it is left alone.
    if (shortcut === 'paste' || shortcut === 'page') return false;
    event.preventDefault();
    if (event.type === 'keydown') this.#options.shortcut(shortcut);
    return false;
  }

  #encode(event: KeyboardEvent): boolean {
    const isText = event.isComposing || event.getModifierState('AltGraph');
    if (event.type !== 'keydown' || isText) return true;
    const text = encodeKey(event, this.#modes);
    if (text === undefined) return true;
    event.preventDefault();
    this.#xterm.input(text, true);
    return false;
  }
}
