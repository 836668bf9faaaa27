/**
 * The modes of a terminal as sequences that set them: those xterm.js keeps, read from it, and those
 * it does not know but a program has set, tracked here for viewers that may know more: keyboard
 * protocols, mouse encodings and some private modes.
 */
import type { Parameters } from '@dashboard/xterm/internals';
import { isAlternate, type Core } from './internals.ts';
import { STACK_ENTRIES_MAX } from './limits.ts';

/**
 * Private modes that xterm.js ignores: reverse video, UTF-8 and urxvt mouse encoding, wheel as
 * arrow keys, meta as escape, grapheme clusters, colour scheme reports, resize reports.
 */
const UNKNOWN_MODES: ReadonlySet<number> = new Set([
  5, 1005, 1007, 1015, 1034, 1036, 1039, 2027, 2031, 2048,
]);

const MOUSE_PROTOCOLS: Readonly<Record<string, string>> = {
  X10: '\x1b[?9h',
  VT200: '\x1b[?1000h',
  DRAG: '\x1b[?1002h',
  ANY: '\x1b[?1003h',
};
const MOUSE_ENCODINGS: Readonly<Record<string, string>> = {
  SGR: '\x1b[?1006h',
  SGR_PIXELS: '\x1b[?1016h',
};
const CURSOR_STYLES = { block: 2, underline: 4, bar: 6 } as const;
const MODIFY_OTHER_KEYS = 4;
const KEYBOARD_FLAGS = 0b11111;

/** Flags of the kitty keyboard protocol on one screen, and those they were pushed over. */
interface Keyboard {
  flags: number;
  pushed: number[];
}

export class TrackedModes {
  readonly #core: Core;
  readonly #set = new Set<number>();
  #modifyOtherKeys = 0;
  #normal: Keyboard = { flags: 0, pushed: [] };
  #alternate: Keyboard = { flags: 0, pushed: [] };

  constructor(core: Core) {
    this.#core = core;
    const { _parser: parser } = core._inputHandler;
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => this.#note(modes, true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, (modes) => this.#note(modes, false));
    parser.registerCsiHandler({ prefix: '>', final: 'm' }, (key) => this.#noteOtherKeys(key));
    parser.registerCsiHandler({ prefix: '>', final: 'n' }, (key) => this.#noteOtherKeys(key));
    parser.registerCsiHandler({ prefix: '=', final: 'u' }, (flags) => this.#change(flags));
    parser.registerCsiHandler({ prefix: '>', final: 'u' }, (flags) => this.#push(flags));
    parser.registerCsiHandler({ prefix: '<', final: 'u' }, (count) => this.#pop(count));
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => this.reset());
  }

  /** Of the screen in use. */
  get keyboardFlags(): number {
    return this.#keyboard.flags;
  }

  /** For RIS and DECSTR; the rest of them is xterm's. @returns false, so that xterm has its turn */
  reset(): boolean {
    this.#set.clear();
    this.#modifyOtherKeys = 0;
    this.#normal = { flags: 0, pushed: [] };
    this.#alternate = { flags: 0, pushed: [] };
    return false;
  }

  sequence(): string {
    const unknown = [...this.#set].map((mode) => `\x1b[?${mode}h`).join('');
    const otherKeys = `\x1b[>${MODIFY_OTHER_KEYS};${this.#modifyOtherKeys}m`;
    return this.#modifyOtherKeys === 0 ? unknown : unknown + otherKeys;
  }

  /** Of one screen; to be sent while it is the one in use. */
  keyboardSequence(screen: 'normal' | 'alternate'): string {
    const { flags, pushed } = screen === 'normal' ? this.#normal : this.#alternate;
    const [first, ...others] = [...pushed, flags] as const;
    const base = first === 0 ? '' : `\x1b[=${first};1u`;
    return base + others.map((entry) => `\x1b[>${entry}u`).join('');
  }

  get #keyboard(): Keyboard {
    return isAlternate(this.#core) ? this.#alternate : this.#normal;
  }

  #note({ params, length }: Parameters, isSet: boolean): false {
    for (const mode of params.subarray(0, length)) {
      if (!UNKNOWN_MODES.has(mode)) continue;
      if (isSet) this.#set.add(mode);
      else this.#set.delete(mode);
    }
    return false;
  }

  #noteOtherKeys({ params, length }: Parameters): false {
    const isAll = length === 1 && params[0] === 0;
    if (params[0] !== MODIFY_OTHER_KEYS && !isAll) return false;
    this.#modifyOtherKeys = length > 1 ? Math.max(0, Math.min(params[1] ?? 0, 3)) : 0;
    return false;
  }

  #change({ params, length }: Parameters): true {
    const keyboard = this.#keyboard;
    const flags = (params[0] ?? 0) & KEYBOARD_FLAGS;
    const how = length > 1 ? params[1] : 1;
    if (how === 1) keyboard.flags = flags;
    if (how === 2) keyboard.flags |= flags;
    if (how === 3) keyboard.flags &= ~flags;
    return true;
  }

  #push({ params }: Parameters): true {
    const keyboard = this.#keyboard;
    keyboard.pushed = [...keyboard.pushed, keyboard.flags].slice(-STACK_ENTRIES_MAX);
    keyboard.flags = (params[0] ?? 0) & KEYBOARD_FLAGS;
    return true;
  }

  /** Popping more than was pushed leaves no flags, as kitty has it. */
  #pop({ params }: Parameters): true {
    const keyboard = this.#keyboard;
    for (
      let left = Math.min(Math.max(1, params[0] ?? 1), STACK_ENTRIES_MAX + 1);
      left > 0;
      left--
    ) {
      keyboard.flags = keyboard.pushed.pop() ?? 0;
    }
    return true;
  }
}

/** Modes that xterm.js keeps, for a terminal that has just been reset; origin mode moves the cursor. */
export function modeSequence(core: Core): string {
  const { modes, decPrivateModes: own, isCursorHidden } = core.coreService;
  const { convertEol, cursorBlink } = core.optionsService.rawOptions;
  const { activeProtocol, activeEncoding } = core.coreMouseService;
  const switches: readonly (readonly [boolean, string])[] = [
    [modes.insertMode, '\x1b[4h'],
    [convertEol, '\x1b[20h'],
    [own.applicationCursorKeys, '\x1b[?1h'],
    [own.applicationKeypad, '\x1b='],
    [own.origin, '\x1b[?6h'],
    [!own.wraparound, '\x1b[?7l'],
    [cursorBlink, '\x1b[?12h'],
    [isCursorHidden, '\x1b[?25l'],
    [own.reverseWraparound, '\x1b[?45h'],
    [own.sendFocus, '\x1b[?1004h'],
    [own.bracketedPasteMode, '\x1b[?2004h'],
    [cursorStyle(core) !== 0, `\x1b[${cursorStyle(core)} q`],
  ];
  const mouse = (MOUSE_PROTOCOLS[activeProtocol] ?? '') + (MOUSE_ENCODINGS[activeEncoding] ?? '');
  return switches.map(([isOn, sequence]) => (isOn ? sequence : '')).join('') + mouse;
}

/** Parameter of DECSCUSR; 0 when the program leaves it to the viewer. */
export function cursorStyle(core: Core): number {
  const { cursorStyle: style, cursorBlink } = core.coreService.decPrivateModes;
  return style === undefined ? 0 : CURSOR_STYLES[style] - (cursorBlink ? 1 : 0);
}
