/**
 * How a program wants keys to be told apart: flags of the kitty keyboard protocol, one stack for
 * each screen, and xterm's modifyOtherKeys. xterm.js 6.0 knows neither. The worker keeps them for
 * snapshots and answers, the page encodes keys by them.
 */

/**
 * What the page can do: keys that share a byte in the old encoding become escape codes
 * ("disambiguate"). Programs ask which of the flags they set are in force, so others are not kept.
 */
export const DISAMBIGUATE = 0b1;

const SUPPORTED_FLAGS = DISAMBIGUATE;
/** Entries a program may push; the oldest is forgotten. */
const STACK_ENTRIES_MAX = 10;
/** Of XTMODKEYS: which of its resources is modifyOtherKeys, and its highest level. */
const MODIFY_OTHER_KEYS = 4;
const OTHER_KEYS_MAX = 2;

/** Parameters of a control sequence; the first is 0 where there is none. */
type Handler = (params: readonly number[]) => boolean;
type Register = (
  name: { readonly prefix?: string; readonly intermediates?: string; readonly final: string },
  handler: Handler,
) => unknown;

interface Keyboard {
  flags: number;
  pushed: number[];
}

type ScreenName = 'normal' | 'alternate';

export class KeyboardModes {
  readonly #screen: () => ScreenName;
  #keyboards = blank();
  #otherKeys = 0;

  /** @param screen which one is in use */
  constructor(screen: () => ScreenName) {
    this.#screen = screen;
  }

  /** Of the kitty protocol, on the screen in use. */
  get flags(): number {
    return this.#keyboard.flags;
  }

  /** 0 to 2. */
  get modifyOtherKeys(): number {
    return this.#otherKeys;
  }

  /** @param on gives a handler to the parser; RIS is left to the caller */
  register(on: Register): void {
    on({ prefix: '>', final: 'm' }, (params) => this.#setOtherKeys(params));
    on({ prefix: '>', final: 'n' }, (params) => this.#setOtherKeys(params.slice(0, 1)));
    on({ prefix: '=', final: 'u' }, ([flags = 0, how = 1]) => this.#change(flags, how));
    on({ prefix: '>', final: 'u' }, ([flags = 0]) => this.#push(flags));
    on({ prefix: '<', final: 'u' }, ([count = 1]) => this.#pop(count));
    on({ intermediates: '!', final: 'p' }, () => this.reset());
  }

  /** For RIS and DECSTR; the rest of them is xterm's. @returns false, so that xterm has its turn */
  reset(): false {
    this.#keyboards = blank();
    this.#otherKeys = 0;
    return false;
  }

  /** What sets modifyOtherKeys again. */
  otherKeysSequence(): string {
    return this.#otherKeys === 0 ? '' : `\x1b[>${MODIFY_OTHER_KEYS};${this.#otherKeys}m`;
  }

  /** What sets the flags of one screen again; to be sent while it is the one in use. */
  flagsSequence(screen: ScreenName): string {
    const { flags, pushed } = this.#keyboards[screen];
    const [first, ...others] = [...pushed, flags] as const;
    const base = first === 0 ? '' : `\x1b[=${first};1u`;
    return base + others.map((entry) => `\x1b[>${entry}u`).join('');
  }

  get #keyboard(): Keyboard {
    return this.#keyboards[this.#screen()];
  }

  #setOtherKeys(params: readonly number[]): false {
    const [which = 0, level = 0] = params;
    const isAll = params.length <= 1 && which === 0;
    if (which !== MODIFY_OTHER_KEYS && !isAll) return false;
    this.#otherKeys = Math.max(0, Math.min(level, OTHER_KEYS_MAX));
    return false;
  }

  #change(wished: number, how: number): true {
    const keyboard = this.#keyboard;
    const flags = wished & SUPPORTED_FLAGS;
    if (how === 1) keyboard.flags = flags;
    if (how === 2) keyboard.flags |= flags;
    if (how === 3) keyboard.flags &= ~flags;
    return true;
  }

  #push(flags: number): true {
    const keyboard = this.#keyboard;
    keyboard.pushed = [...keyboard.pushed, keyboard.flags].slice(-STACK_ENTRIES_MAX);
    keyboard.flags = flags & SUPPORTED_FLAGS;
    return true;
  }

  /** Popping more than was pushed leaves no flags, as kitty has it. */
  #pop(count: number): true {
    const keyboard = this.#keyboard;
    for (let left = Math.min(Math.max(1, count), STACK_ENTRIES_MAX + 1); left > 0; left--) {
      keyboard.flags = keyboard.pushed.pop() ?? 0;
    }
    return true;
  }
}

function blank(): Record<ScreenName, Keyboard> {
  return { normal: { flags: 0, pushed: [] }, alternate: { flags: 0, pushed: [] } };
}
