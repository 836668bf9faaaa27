/**
 * The modes of a terminal as sequences that set them: those xterm.js keeps, read from it, and those
 * it does not know but a program has set, tracked here for viewers that may know more: keyboard
 * protocols, mouse encodings and some private modes.
 */
import type { Parameters } from '@dashboard/xterm/internals';
import { KeyboardModes } from '@dashboard/xterm/keyboard-modes';
import { isAlternate, type Core } from './internals.ts';

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

export class TrackedModes {
  readonly keyboard: KeyboardModes;
  readonly #set = new Set<number>();

  constructor(core: Core) {
    const { _parser: parser } = core._inputHandler;
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, (modes) => this.#note(modes, true));
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, (modes) => this.#note(modes, false));
    this.keyboard = new KeyboardModes(() => (isAlternate(core) ? 'alternate' : 'normal'));
    this.keyboard.register((name, handler) =>
      parser.registerCsiHandler(name, (given) => handler(numbers(given))),
    );
    parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => this.reset());
  }

  /** For RIS and DECSTR; the rest of them is xterm's. @returns false, so that xterm has its turn */
  reset(): false {
    this.#set.clear();
    return this.keyboard.reset();
  }

  sequence(): string {
    const unknown = [...this.#set].map((mode) => `\x1b[?${mode}h`).join('');
    return unknown + this.keyboard.otherKeysSequence();
  }

  #note(given: Parameters, isSet: boolean): false {
    for (const mode of numbers(given)) {
      if (!UNKNOWN_MODES.has(mode)) continue;
      if (isSet) this.#set.add(mode);
      else this.#set.delete(mode);
    }
    return false;
  }
}

function numbers({ params, length }: Parameters): readonly number[] {
  return Array.from(params.subarray(0, length));
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
