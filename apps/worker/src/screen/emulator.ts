/**
 * One terminal that parses a session's output and can be drawn, read and asked. Synchronous and
 * without timers, threads or sockets: whoever owns it decides when it works.
 */
import type { Terminal } from '@xterm/headless';
import type { TerminalSize } from '@dashboard/protocol/terminal/size';
import type { QueryKind, Snapshot } from '../session/ports.ts';
import { Colours } from './colours.ts';
import type { CharsetNames } from './cursors.ts';
import { Hold } from './hold.ts';
import { openCore, type Core } from './internals.ts';
import {
  LINK_CHARS_MAX,
  LINKS_MAX,
  SCROLLBACK_KEPT_LINES,
  SLICE_BYTES,
  TEXT_ROW_CHARS_MAX,
} from './limits.ts';
import { TrackedModes } from './modes.ts';
import { Queries } from './queries.ts';
import { skim } from './skim.ts';
import { drawSnapshot, type Drawable } from './snapshot.ts';
import { Titles } from './titles.ts';
import { createTerminal } from './xterm.ts';

export interface EmulatorOptions {
  readonly size: TerminalSize;
  /** Of the first byte that will be written. */
  readonly offset: number;
  readonly charsets: CharsetNames;
}

export interface EmulatorEvents {
  reply(kind: QueryKind, text: string): void;
  title(title: string): void;
  bell(): void;
}

/** A terminal at rest. `rest` was handed in after `offset` and waits for the end of a sequence. */
export interface Still {
  readonly offset: number;
  readonly size: TerminalSize;
  readonly bytes: Uint8Array;
  readonly rest: Uint8Array<ArrayBuffer>;
}

export class Emulator {
  readonly #terminal: Terminal;
  readonly #core: Core;
  readonly #hold: Hold;
  readonly #modes: TrackedModes;
  readonly #titles: Titles;
  readonly #colours: Colours;
  readonly #charsets: CharsetNames;
  #size: TerminalSize;
  /** Where the output began and how far it has been handed in. */
  #begin: number;
  #end: number;

  constructor({ size, offset, charsets }: EmulatorOptions, events: EmulatorEvents) {
    this.#terminal = createTerminal(size);
    this.#terminal.onBell(() => events.bell());
    const core = openCore(this.#terminal);
    const { parser } = this.#terminal;
    // What is registered last is asked first; the stack of titles must see CSI t before its end.
    this.#modes = new TrackedModes(core);
    new Queries(core, this.#modes, (kind, text) => events.reply(kind, text)).register(parser);
    this.#titles = new Titles(parser, (title) => events.title(title));
    this.#titles.watchStack(core);
    this.#colours = new Colours(parser, (text) => events.reply('osc-colour', text));
    parser.registerEscHandler({ final: 'c' }, () => this.#modes.reset());
    parser.registerOscHandler(8, (text) => this.#refuseLink(text));
    this.#hold = new Hold(core._inputHandler._parser._transitions.table);
    this.#core = core;
    this.#charsets = charsets;
    this.#size = size;
    this.#begin = offset;
    this.#end = offset;
  }

  get core(): Core {
    return this.#core;
  }

  get size(): TerminalSize {
    return this.#size;
  }

  get title(): string {
    return this.#titles.title;
  }

  /** Where the output goes on, what is held back included. */
  get end(): number {
    return this.#end;
  }

  get isWaitingForFrame(): boolean {
    return this.#hold.isWaitingForFrame;
  }

  /** At the bound on links some are likely dead; a terminal made from a snapshot has none of those. */
  get isFullOfLinks(): boolean {
    return this.#core._oscLinkService._dataByLinkId.size >= LINKS_MAX;
  }

  /** @throws what xterm.js throws on input it cannot take; the terminal is of no use afterwards */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const slice = bytes.subarray(at, at + SLICE_BYTES);
      this.#end += slice.length;
      this.#parse(this.#hold.take(slice));
    }
  }

  /**
   * Deals with lines at the front of a flood that would scroll out without having been seen.
   * @returns how many bytes that is; the rest is to be written
   */
  skim(bytes: Uint8Array): number {
    const { active } = this.#core._bufferService.buffers;
    const { rows } = this.#size;
    const scrollsAll = active.scrollTop === 0 && active.scrollBottom === rows - 1;
    if (!scrollsAll || this.#hold.heldBytes > 0 || this.#hold.opener !== '') return 0;
    const skimmed = skim(bytes, { linesKept: rows + SCROLLBACK_KEPT_LINES, rows });
    if (skimmed === undefined) return 0;
    this.#end += skimmed.length;
    this.#parse([skimmed.pen, Buffer.from(`\r${'\n'.repeat(rows)}`)]);
    return skimmed.length;
  }

  /** Gives up on waiting for the end of a synchronized frame. */
  releaseFrame(): void {
    this.#parse(this.#hold.release());
  }

  resize(size: TerminalSize): void {
    this.releaseFrame();
    this.#terminal.resize(size.cols, size.rows);
    this.#size = size;
  }

  /** From here on bytes are counted from `offset`: what was written so far was a seed. */
  rebase(offset: number): void {
    this.#begin = offset;
    this.#end = offset;
  }

  /** @param scrollbackLines at most */
  snapshot(scrollbackLines: number): Snapshot {
    const held = this.#hold.heldBytes;
    const offset = Math.max(this.#begin, this.#end - held);
    const { bytes, scrollbackLines: lines } = drawSnapshot(this.#drawable(), scrollbackLines);
    // A seed may end inside a sequence that the output goes on with: no offset is before that.
    const ofSeed = this.#hold.peek().subarray(0, held - (this.#end - offset));
    const parts = [bytes, ofSeed, Buffer.from(this.#hold.opener)];
    return { offset, size: this.#size, scrollbackLines: lines, bytes: Buffer.concat(parts) };
  }

  /** What makes a new emulator go on as this one would. */
  still(): Still {
    const { offset, size, bytes } = this.snapshot(SCROLLBACK_KEPT_LINES);
    const rest = new Uint8Array(
      this.#hold.peek().subarray(this.#hold.heldBytes - (this.#end - offset)),
    );
    return { offset, size, bytes, rest };
  }

  /** The last rows down to the last that has text, blanks at their ends removed. */
  text(rowsMax: number): string[] {
    const { lines } = this.#core._bufferService.buffers.active;
    const rows: string[] = [];
    for (let at = lines.length - 1; at >= 0 && rows.length < rowsMax; at--) {
      const row = this.#rowText(at);
      if (row !== '' || rows.length > 0) rows.push(row);
    }
    while (rows.at(-1) === '') rows.pop();
    return rows.reverse();
  }

  /** Rows of the screen in use, and as many of the scrollback above as asked for. */
  rows(scrollbackLines: number): { screen: string[]; scrollback: string[] } {
    const { lines, ybase } = this.#core._bufferService.buffers.active;
    const texts = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => this.#rowText(from + index));
    const first = Math.max(0, ybase - scrollbackLines);
    return { screen: texts(ybase, lines.length), scrollback: texts(first, ybase) };
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  #drawable(): Drawable {
    return {
      core: this.#core,
      modes: this.#modes,
      titles: this.#titles,
      colours: this.#colours,
      charsets: this.#charsets,
    };
  }

  #rowText(at: number): string {
    const { lines } = this.#core._bufferService.buffers.active;
    return (lines.get(at)?.translateToString(true) ?? '').slice(0, TEXT_ROW_CHARS_MAX).trimEnd();
  }

  /**
   * In one piece: xterm.js 6.0 loses a character that comes in two with 0x80 before the cut, as in
   * every dash and quotation mark of U+2000. It cuts at 128 KiB itself; hold and slice are less.
   */
  #parse([first, ...others]: readonly Uint8Array[]): void {
    if (first === undefined) return;
    const bytes = others.length === 0 ? first : Buffer.concat([first, ...others]);
    this.#core._inputHandler.parse(bytes);
  }

  /** @returns whether it ends here: the link is one too many or too long, its text goes without */
  #refuseLink(text: string): boolean {
    const isEnd = text.endsWith(';');
    return !isEnd && (text.length > LINK_CHARS_MAX || this.isFullOfLinks);
  }
}
