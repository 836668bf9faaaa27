/**
 * The terminal as it is drawn: xterm.js with what it needs to be safe and comfortable. Its grid has
 * always the size of the pane; how many cells the window could show is told, and a pane that is
 * larger is drawn in a smaller font. Knows no connection: bytes go in, bytes come out.
 */
import { utf8 } from '@dashboard/protocol/terminal/bytes';
import { isSameSize, type TerminalSize } from '@dashboard/protocol/terminal/size';
import { guard } from '@dashboard/xterm/guards';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import type { Shade } from '../settings/preferences.svelte.ts';
import { writeClipboard } from '../ui/clipboard.ts';
import { acceptCopies } from './clipboard.ts';
import { fontToFit, windowOf, type Box } from './fit.ts';
import { bytesOfBinary, isSeveralLines, sanitizePaste } from './keys.ts';
import { READABLE_FONT_PX, SCROLLBACK_LINES_KEPT } from './limits.ts';
import { openableUrl, openOutside } from './links.ts';
import { muteQueries } from './mute-queries.ts';
import type { Surface } from './output-follower.ts';
import { drawFast } from './renderer.ts';
import { screenColours } from './screen-theme.ts';
import { Scrolling, type Place } from './scrolling.ts';
import type { Shortcut, TouchKey } from './shortcuts.ts';
import { TerminalKeyboard } from './terminal-keyboard.ts';

/** What the view tells and asks. */
export interface ViewEvents {
  typed(bytes: Uint8Array): void;
  /** How many cells the window could show, whenever that changes. */
  windowChanged(window: TerminalSize): void;
  /** May the program put this on the clipboard of this person? */
  mayCopy(): boolean;
  copied(isCopied: boolean): void;
  /** A plain click on an address. */
  linkClicked(url: string): void;
  /** Where a link leads whose text may say something else; undefined when the pointer has left it. */
  linkHovered(url: string | undefined): void;
  /** A paste of several lines that the program would take as typed. */
  severalLinesPasted(text: string): void;
  searchAsked(): void;
  /** By keyboard, where Tab is no way out. */
  leaveAsked(): void;
}

export interface ViewOptions {
  readonly fontPx: number;
  readonly shade: Shade;
  readonly isMac: boolean;
}

/** The scroll bar lies over the last column otherwise. */
const SCROLLBAR_PX = 10;
/** Measured cells are rounded to pixels of the screen: a few half pixels correct the estimate. */
const FONT_CORRECTIONS_MAX = 6;

export class TerminalView implements Surface {
  readonly search = new SearchAddon();
  readonly #xterm: Terminal;
  readonly #element: HTMLElement;
  readonly #events: ViewEvents;
  readonly #keyboard: TerminalKeyboard;
  readonly #scrolling: Scrolling;
  readonly #observer: ResizeObserver;
  readonly #stopDrawing: () => void;
  #fontPx: number;
  /** Of a cell at the preferred font size; undefined until it is measured. */
  #cell: Box | undefined;
  #window: TerminalSize | undefined;
  /** xterm.js 6.0 loses a character whose bytes are cut behind 0x80, so it is given whole ones. */
  #decoder = new TextDecoder();

  constructor(element: HTMLElement, options: ViewOptions, events: ViewEvents) {
    this.#element = element;
    this.#events = events;
    this.#fontPx = options.fontPx;
    this.#xterm = new Terminal({
      ...screenColours(options.shade),
      fontSize: options.fontPx,
      fontFamily: getComputedStyle(element).fontFamily,
      scrollback: SCROLLBACK_LINES_KEPT,
      allowProposedApi: true, // unicode and search decorations
      cursorBlink: false,
      macOptionIsMeta: true,
      rescaleOverlappingGlyphs: true,
      linkHandler: {
        activate: (event, text) => this.#onLink(event, text),
        hover: (_event, text) => events.linkHovered(openableUrl(text)),
        leave: () => events.linkHovered(undefined),
      },
    });
    this.#addFeatures();
    this.#keyboard = new TerminalKeyboard(this.#xterm, {
      isMac: options.isMac,
      shortcut: (shortcut) => this.#act(shortcut),
    });
    this.#scrolling = new Scrolling(this.#xterm, element);
    this.#xterm.open(element);
    this.#listen();
    this.#stopDrawing = drawFast(this.#xterm, () => this.#measureAnew());
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(element);
    this.#measureAnew();
  }

  /** In cells, at the preferred font size. */
  get window(): TerminalSize {
    return this.#window ?? { cols: this.#xterm.cols, rows: this.#xterm.rows };
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#element.removeEventListener('paste', this.#onPaste, { capture: true });
    this.#stopDrawing();
    this.#xterm.dispose();
  }

  // Surface: writes wait in a queue inside xterm.js, so that what must come between goes through it too.

  reset(): void {
    this.#decoder = new TextDecoder();
    this.#xterm.write('', () => {
      this.#xterm.reset();
      this.#keyboard.reset();
    });
  }

  resize({ cols, rows }: TerminalSize): void {
    this.#xterm.write('', () => {
      this.#xterm.resize(cols, rows);
      this.#fit();
    });
  }

  write(bytes: Uint8Array, parsed: () => void): void {
    this.#xterm.write(this.#decoder.decode(bytes, { stream: true }), parsed);
  }

  focus(): void {
    this.#xterm.focus();
  }

  setFont(px: number): void {
    if (px === this.#fontPx) return;
    this.#fontPx = px;
    this.#measureAnew();
  }

  setShade(shade: Shade): void {
    Object.assign(this.#xterm.options, screenColours(shade));
  }

  /** Types what was confirmed, as a paste. */
  paste(text: string): void {
    this.#xterm.paste(text);
    this.#xterm.focus();
  }

  press(key: TouchKey): void {
    this.#keyboard.press(key);
  }

  /** The next character is typed with control. */
  armControl(isArmed: boolean): void {
    this.#keyboard.isControlArmed = isArmed;
  }

  get isControlArmed(): boolean {
    return this.#keyboard.isControlArmed;
  }

  /** @param pixels that a finger moved up */
  scroll(pixels: number, place: Place): void {
    this.#scrolling.byFinger(pixels, place);
  }

  scrollToBottom(): void {
    this.#xterm.scrollToBottom();
  }

  #addFeatures(): void {
    this.#xterm.loadAddon(new Unicode11Addon());
    this.#xterm.unicode.activeVersion = '11';
    this.#xterm.loadAddon(this.search);
    this.#xterm.loadAddon(new WebLinksAddon((event, text) => this.#onLink(event, text)));
    // An xterm.js that cannot be guarded is shown all the same: a test fails on such an update.
    guard(this.#xterm);
    muteQueries(this.#xterm);
    acceptCopies(this.#xterm, (text) => {
      if (this.#events.mayCopy()) void writeClipboard(text).then(this.#events.copied);
    });
  }

  #listen(): void {
    this.#xterm.onData((text) => this.#events.typed(utf8(this.#keyboard.typed(text))));
    this.#xterm.onBinary((text) => this.#events.typed(bytesOfBinary(text)));
    // Before xterm.js, which would paste what it finds.
    this.#element.addEventListener('paste', this.#onPaste, { capture: true });
  }

  #act(shortcut: Shortcut): void {
    if (shortcut === 'search') this.#events.searchAsked();
    if (shortcut === 'leave') this.#events.leaveAsked();
    if (shortcut === 'copy') {
      void writeClipboard(this.#xterm.getSelection()).then(this.#events.copied);
    }
  }

  readonly #onPaste = (event: ClipboardEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const text = sanitizePaste(event.clipboardData?.getData('text/plain') ?? '');
    if (text === '') return;
    const isTakenAsTyped = !this.#xterm.modes.bracketedPasteMode;
    if (isTakenAsTyped && isSeveralLines(text)) this.#events.severalLinesPasted(text);
    else this.paste(text);
  };

  #onLink(event: MouseEvent, text: string): void {
    const url = openableUrl(text);
    if (url === undefined) return;
    if (event.ctrlKey || event.metaKey) openOutside(url);
    else this.#events.linkClicked(url);
  }

  #measureAnew(): void {
    this.#xterm.options.fontSize = this.#fontPx;
    this.#cell = this.#measuredCell();
    this.#fit();
  }

  #measuredCell(): Box | undefined {
    const screen = this.#screenBox();
    if (screen === undefined || screen.width === 0) return undefined;
    return { width: screen.width / this.#xterm.cols, height: screen.height / this.#xterm.rows };
  }

  #screenBox(): Box | undefined {
    return this.#element.querySelector('.xterm-screen')?.getBoundingClientRect();
  }

  #fit(): void {
    const box = this.#box();
    if (box.width <= 0 || box.height <= 0) return; // hidden: no size to go by
    if (this.#cell === undefined) return this.#measureWhenShown();
    const window = windowOf(box, this.#cell);
    if (this.#window === undefined || !isSameSize(window, this.#window)) {
      this.#window = window;
      this.#events.windowChanged(window);
    }
    this.#setFontFor(box, this.#cell);
  }

  #measureWhenShown(): void {
    this.#cell = this.#measuredCell();
    if (this.#cell !== undefined) this.#fit();
  }

  #setFontFor(box: Box, cell: Box): void {
    const pane = { cols: this.#xterm.cols, rows: this.#xterm.rows };
    let px = fontToFit(pane, box, { px: this.#fontPx, cell });
    this.#xterm.options.fontSize = px;
    for (let turn = 0; turn < FONT_CORRECTIONS_MAX && px < this.#fontPx; turn += 1) {
      const screen = this.#screenBox();
      if (screen === undefined) return;
      const isNarrowEnough = screen.width <= box.width || px <= READABLE_FONT_PX;
      if (isNarrowEnough && screen.height <= box.height) return;
      px -= 0.5;
      this.#xterm.options.fontSize = px;
    }
  }

  #box(): Box {
    const { width, height } = this.#element.getBoundingClientRect();
    return { width: width - SCROLLBAR_PX, height };
  }
}
