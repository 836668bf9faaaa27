/**
 * Answers what a program asks its terminal (QueryKind), once: every question ends here and never
 * reaches xterm.js, whose own answers know half of it. Kinds that somebody else answers are
 * recognised and left alone. Nothing that a program chose, a title for one, is ever sent back as
 * it is: replies are typed into the program, and may be read by a shell.
 */
import type { Parameters, RegisterCsiHandler } from '@dashboard/xterm/internals';
import type { IParser } from '@xterm/headless';
import type { QueryKind } from '../session/ports.ts';
import type { Core } from './internals.ts';
import { cursorStyle, type TrackedModes } from './modes.ts';
import { isProtected, sgrCodes } from './pen.ts';

/** What programs know this terminal as: it is what draws it in the browser. */
const NAME = 'xterm.js(6.0.0)';
/** Cells have no pixels here. Programs that ask draw images, which a viewer may scale. */
const CELL_WIDTH_PX = 8;
const CELL_HEIGHT_PX = 16;

/** As in DECRPM. */
const UNKNOWN = 0;
const SET = 1;
const RESET = 2;
const ALWAYS_SET = 3;
const ALWAYS_RESET = 4;

type Reply = (kind: QueryKind, text: string) => void;

export class Queries {
  readonly #core: Core;
  readonly #modes: TrackedModes;
  readonly #reply: Reply;

  constructor(core: Core, modes: TrackedModes, reply: Reply) {
    this.#core = core;
    this.#modes = modes;
    this.#reply = reply;
  }

  /** @param parser xterm's public one, for the queries that are strings */
  register(parser: IParser): void {
    const on: RegisterCsiHandler = (name, handler) =>
      this.#core._inputHandler._parser.registerCsiHandler(name, handler);
    on({ final: 'c' }, (asked) => this.#identify(asked, 'da1', '\x1b[?1;2c'));
    on({ prefix: '>', final: 'c' }, (asked) => this.#identify(asked, 'da2', '\x1b[>0;276;0c'));
    on({ prefix: '=', final: 'c' }, (asked) =>
      this.#identify(asked, 'da3', '\x1bP!|00000000\x1b\\'),
    );
    on({ prefix: '>', final: 'q' }, (asked) =>
      this.#identify(asked, 'xtversion', `\x1bP>|${NAME}\x1b\\`),
    );
    on({ final: 'n' }, ({ params }) => this.#status(params[0] ?? 0, ''));
    on({ prefix: '?', final: 'n' }, ({ params }) => this.#status(params[0] ?? 0, '?'));
    on({ intermediates: '$', final: 'p' }, ({ params }) => this.#mode(params[0] ?? 0, ''));
    on({ prefix: '?', intermediates: '$', final: 'p' }, ({ params }) => {
      return this.#mode(params[0] ?? 0, '?');
    });
    on({ prefix: '?', final: 'u' }, () => {
      return this.#answer('kitty-keyboard', `\x1b[?${this.#modes.keyboard.flags}u`);
    });
    on({ final: 't' }, ({ params }) => this.#window(params[0] ?? 0));
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, (name) => this.#setting(name));
  }

  #answer(kind: QueryKind, text: string): true {
    this.#reply(kind, text);
    return true;
  }

  /** Any parameter but 0 makes these something else: a report, or nothing known. */
  #identify({ params }: Parameters, kind: QueryKind, text: string): true {
    return (params[0] ?? 0) > 0 || this.#answer(kind, text);
  }

  #status(which: number, prefix: '' | '?'): true {
    if (which === 5 && prefix === '') return this.#answer('dsr', '\x1b[0n');
    if (which === 6) return this.#answer('dsr', `\x1b[${prefix}${this.#position()}R`);
    // The colour scheme, as contour defined it: dark.
    if (which === 996 && prefix === '?') return this.#answer('dsr', '\x1b[?997;1n');
    return true;
  }

  #position(): string {
    const { buffers, cols } = this.#core._bufferService;
    const { x, y, scrollTop } = buffers.active;
    const top = this.#core.coreService.decPrivateModes.origin ? scrollTop : 0;
    return `${y - top + 1};${Math.min(x, cols - 1) + 1}`;
  }

  #mode(mode: number, prefix: '' | '?'): true {
    const value = prefix === '' ? this.#ansiMode(mode) : this.#privateMode(mode);
    return this.#answer('decrqm', `\x1b[${prefix}${mode};${value}$y`);
  }

  #ansiMode(mode: number): number {
    if (mode === 2) return ALWAYS_RESET;
    if (mode === 4) return setOrReset(this.#core.coreService.modes.insertMode);
    if (mode === 12) return ALWAYS_SET;
    if (mode === 20) return setOrReset(this.#core.optionsService.rawOptions.convertEol);
    return UNKNOWN;
  }

  #privateMode(mode: number): number {
    const { coreService, coreMouseService, optionsService, _bufferService } = this.#core;
    const { decPrivateModes: own, isCursorHidden } = coreService;
    const { activeProtocol, activeEncoding } = coreMouseService;
    const { active, alt } = _bufferService.buffers;
    const values: Readonly<Record<number, boolean | number>> = {
      1: own.applicationCursorKeys,
      6: own.origin,
      7: own.wraparound,
      8: ALWAYS_SET,
      9: activeProtocol === 'X10',
      12: optionsService.rawOptions.cursorBlink,
      25: !isCursorHidden,
      45: own.reverseWraparound,
      47: active === alt,
      66: own.applicationKeypad,
      67: ALWAYS_RESET,
      1000: activeProtocol === 'VT200',
      1002: activeProtocol === 'DRAG',
      1003: activeProtocol === 'ANY',
      1004: own.sendFocus,
      1005: ALWAYS_RESET,
      1006: activeEncoding === 'SGR',
      1015: ALWAYS_RESET,
      1016: activeEncoding === 'SGR_PIXELS',
      1047: active === alt,
      1048: SET,
      1049: active === alt,
      2004: own.bracketedPasteMode,
      2026: own.synchronizedOutput,
    };
    const value = values[mode] ?? UNKNOWN;
    return typeof value === 'number' ? value : setOrReset(value);
  }

  #setting(name: string): true {
    const value = this.#settingValue(name);
    const text = value === undefined ? '0$r' : `1$r${value}${name}`;
    return this.#answer('decrqss', `\x1bP${text}\x1b\\`);
  }

  #settingValue(name: string): string | undefined {
    const { active } = this.#core._bufferService.buffers;
    const pen = this.#core._inputHandler._curAttrData;
    if (name === 'm') return ['0', ...sgrCodes(pen)].join(';');
    if (name === 'r') return `${active.scrollTop + 1};${active.scrollBottom + 1}`;
    if (name === ' q') return `${cursorStyle(this.#core)}`;
    if (name === '"q') return isProtected(pen) ? '1' : '0';
    if (name === '"p') return '61;1';
    if (name === 't') return `${this.#core._bufferService.rows}`;
    return undefined;
  }

  /** Ends every CSI t here: nothing of it may move, resize or rename anything. */
  #window(what: number): true {
    const { cols, rows } = this.#core._bufferService;
    const answers: Readonly<Record<number, string>> = {
      14: `\x1b[4;${rows * CELL_HEIGHT_PX};${cols * CELL_WIDTH_PX}t`,
      16: `\x1b[6;${CELL_HEIGHT_PX};${CELL_WIDTH_PX}t`,
      18: `\x1b[8;${rows};${cols}t`,
      19: `\x1b[9;${rows};${cols}t`,
      20: '\x1b]L\x1b\\',
      21: '\x1b]l\x1b\\',
    };
    const text = answers[what];
    return text === undefined || this.#answer('xtwinops', text);
  }
}

function setOrReset(isSet: boolean): number {
  return isSet ? SET : RESET;
}
