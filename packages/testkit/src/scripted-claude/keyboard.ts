/** From the bytes of a terminal to what a person did: keys, text, pasted text. */
import type { Clock } from '@dashboard/runtime/clock';

export type Key =
  | 'enter'
  | 'newline'
  | 'escape'
  | 'backspace'
  | 'clear-line'
  | 'interrupt'
  | 'up'
  | 'down'
  | 'shift-tab';

export type Input =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'paste'; readonly text: string };

const PASTE_BEGIN = '\x1b[200~';
const PASTE_END = '\x1b[201~';
/** Escape alone, or the begin of a sequence whose rest has not come yet. */
const ESCAPE_WAIT_MS = 30;

const KEYS: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'newline',
  '\x7f': 'backspace',
  '\x03': 'interrupt',
  '\x15': 'clear-line',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[Z': 'shift-tab',
};

export class Keyboard {
  readonly #clock: Clock;
  readonly #onInput: (input: Input) => void;
  #rest = '';
  #cancelEscape: () => void = () => {};

  constructor(clock: Clock, onInput: (input: Input) => void) {
    this.#clock = clock;
    this.#onInput = onInput;
  }

  receive(text: string): void {
    this.#cancelEscape();
    this.#rest += text;
    while (this.#takeOne()) {
      // until what is left is not whole
    }
    if (this.#rest !== '\x1b') return;
    this.#cancelEscape = this.#clock.after(ESCAPE_WAIT_MS, () => {
      this.#rest = '';
      this.#onInput({ type: 'key', key: 'escape' });
    });
  }

  #takeOne(): boolean {
    const rest = this.#rest;
    if (rest === '') return false;
    if (rest.startsWith(PASTE_BEGIN)) return this.#takePaste();
    if (!rest.startsWith('\x1b')) return this.#takePlain();
    const sequence = /^\x1b(?:\[[0-9;?<]*[A-Za-z~]|O[A-Za-z])/.exec(rest)?.[0];
    if (sequence !== undefined) {
      this.#rest = rest.slice(sequence.length);
      const key = KEYS[sequence];
      if (key !== undefined) this.#onInput({ type: 'key', key });
      return true;
    }
    if (rest === '\x1b' || /^.[[O][0-9;?<]*$/s.test(rest)) return false;
    this.#rest = rest.slice(1);
    this.#onInput({ type: 'key', key: 'escape' });
    return true;
  }

  #takePaste(): boolean {
    const end = this.#rest.indexOf(PASTE_END);
    if (end === -1) return false;
    const text = this.#rest.slice(PASTE_BEGIN.length, end).replaceAll(/\r\n?/g, '\n');
    this.#rest = this.#rest.slice(end + PASTE_END.length);
    this.#onInput({ type: 'paste', text });
    return true;
  }

  #takePlain(): boolean {
    const key = KEYS[this.#rest.charAt(0)];
    if (key !== undefined) {
      this.#rest = this.#rest.slice(1);
      this.#onInput({ type: 'key', key });
      return true;
    }
    const text = /^[^\x00-\x1f\x7f]+/.exec(this.#rest)?.[0];
    this.#rest = this.#rest.slice(text?.length ?? 1);
    if (text !== undefined) this.#onInput({ type: 'text', text });
    return true;
  }
}
