/**
 * Draws rows of cells so that a terminal that prints them holds the same cells: text, widths,
 * attributes, links, blanks with and without colour, and which row continues the one above.
 * Each row begins and ends with a plain pen, so that rows can be left out from the top.
 */
import type { Attributes, Cell, Core, Line } from './internals.ts';
import { CELL_CHARS_MAX } from './limits.ts';
import {
  hasBackground,
  isErasable,
  LINK_END,
  linkOf,
  linkSequence,
  penSequence,
  PLAIN,
} from './pen.ts';

const WIDTH_SHIFT = 22;
const IS_COMBINED = 0x200000;
const CODEPOINT = 0x1fffff;
const HAS_CONTENT = 0x3fffff;
const HAS_EXTENDED = 0x10000000;
/** Ideographic space: the plainest character of two columns. */
const WIDE = '\u3000';

/** `text` leaves out everything but the characters, where all of it would be too long. */
export type Detail = 'full' | 'text';

export function emptyCell(): Cell {
  return { content: 0, fg: 0, bg: 0, combinedData: '', extended: undefined };
}

export function hasText(cell: Cell): boolean {
  return (cell.content & HAS_CONTENT) !== 0;
}

export function widthOf(cell: Cell): number {
  return cell.content >>> WIDTH_SHIFT;
}

export function textOf(cell: Cell): string {
  if ((cell.content & IS_COMBINED) === 0) return String.fromCodePoint(cell.content & CODEPOINT);
  if (cell.combinedData.length <= CELL_CHARS_MAX) return cell.combinedData;
  return cell.combinedData.slice(0, CELL_CHARS_MAX).replace(/[\ud800-\udbff]$/, '');
}

/** After a control character nothing is combined: a mark that stands alone must stay so. */
export function standing(cell: Cell): string {
  return (widthOf(cell) === 0 ? '\0' : '') + textOf(cell);
}

/** Extended attributes count only where the flag says so: a cell read into keeps older ones. */
export function attributesOf({ fg, bg, extended }: Attributes): Attributes {
  return { fg, bg, extended: (bg & HAS_EXTENDED) === 0 ? undefined : extended };
}

export class RowPainter {
  readonly #core: Core;
  readonly #detail: Detail;
  readonly #cols: number;
  readonly #cell = emptyCell();
  readonly #neighbour = emptyCell();
  #out = '';
  /** Column of the cursor; `cols` after the last one was printed. */
  #at = 0;
  #pen = '';
  #link = 0;

  constructor(core: Core, detail: Detail) {
    this.#core = core;
    this.#detail = detail;
    this.#cols = core._bufferService.cols;
  }

  /** @param next the row below, undefined at the end: what leads to it is drawn too */
  draw(line: Line, next: Line | undefined): string {
    this.#out = '';
    this.#at = 0;
    const cols = Math.min(line.length, this.#cols);
    if (this.#detail === 'full' && next?.isWrapped !== true) this.#drawLastBlank(line, cols);
    for (let column = 0; column < cols; column += this.#drawCell(line, column)) continue;
    this.#use(PLAIN);
    if (next?.isWrapped === true) this.#wrap(line, next);
    else if (next !== undefined) this.#out += '\r\n';
    return this.#out;
  }

  /** @returns how many columns were dealt with */
  #drawCell(line: Line, column: number): number {
    const cell = line.loadCell(column, this.#cell);
    if (hasText(cell)) return this.#drawText(line, column);
    if (this.#detail === 'text') return 1;
    if (cell.fg === 0 && cell.bg === 0) return 1;
    if (isErasable(cell)) return this.#drawErased(line, column);
    // Beside a wide character stands a cell of no width; the last column has been drawn already.
    if (widthOf(cell) !== 0 && column + 1 < this.#cols) this.#drawBlank(column, attributesOf(cell));
    return 1;
  }

  #drawText(line: Line, column: number): number {
    const cell = this.#cell;
    const width = widthOf(cell);
    const isHalf = width === 2 && !this.#isSecondHalf(line, column + 1);
    this.#goTo(column);
    this.#use(attributesOf(cell));
    this.#out += isHalf ? ' ' : this.#text(cell);
    const columns = isHalf ? 1 : Math.max(1, width);
    this.#at = column + columns;
    return columns;
  }

  #text(cell: Cell): string {
    const text = textOf(cell);
    return this.#detail === 'full'
      ? standing(cell)
      : String.fromCodePoint(text.codePointAt(0) ?? 0x20);
  }

  #isSecondHalf(line: Line, column: number): boolean {
    if (column >= this.#cols || column >= line.length) return false;
    const cell = line.loadCell(column, this.#neighbour);
    return widthOf(cell) === 0 && !hasText(cell);
  }

  #drawErased(line: Line, column: number): number {
    const { fg, bg, content } = this.#cell;
    let end = column + 1;
    for (; end < Math.min(line.length, this.#cols); end++) {
      const cell = line.loadCell(end, this.#neighbour);
      if (cell.fg !== fg || cell.bg !== bg || cell.content !== content) break;
    }
    this.#goTo(column);
    this.#use({ fg, bg, extended: undefined });
    this.#out += `\x1b[${end - column}X`;
    return end - column;
  }

  /**
   * A blank with more than a background (it shows when inverse or underlined) cannot be erased
   * into being. xterm leaves one where the second half of a wide character is printed over.
   */
  #drawBlank(column: number, attributes: Attributes): void {
    const second = `\x1b[${column + 2}G`;
    this.#goTo(column);
    this.#use(PLAIN);
    this.#out += WIDE + second;
    this.#use(attributes);
    this.#out += `x${second}`;
    this.#use(PLAIN);
    this.#out += '\x1b[X';
    this.#at = column + 1;
  }

  /** In the last column the first half is printed over; so it must come before the cell beside. */
  #drawLastBlank(line: Line, cols: number): void {
    if (cols < this.#cols) return;
    const cell = line.loadCell(cols - 1, this.#cell);
    if (hasText(cell) || widthOf(cell) === 0 || isErasable(cell)) return;
    const first = `\x1b[${cols - 1}G`;
    this.#out += first + WIDE + first;
    this.#use(attributesOf(cell));
    this.#out += `x${first}`;
    this.#use(PLAIN);
    this.#out += '\x1b[X\r';
  }

  /**
   * Only a character that does not fit makes the next row a continuation. A blank last cell has to
   * be left behind by a wide one. What scrolls in has the pen's background: it must be plain.
   */
  #wrap(line: Line, next: Line): void {
    const last = line.loadCell(this.#cols - 1, this.#cell);
    if (!hasText(last) && widthOf(last) !== 0) {
      this.#out += `\x1b[${this.#cols}G`;
      this.#use(this.#detail === 'full' ? attributesOf(last) : PLAIN);
      this.#out += `${WIDE}\r`;
      this.#use(PLAIN);
      this.#out += `\x1b[${this.#cols}X`;
      return;
    }
    const first = next.loadCell(0, this.#neighbour);
    const wrapsByItself = hasText(first) && widthOf(first) > 0 && !hasBackground(first);
    if (!wrapsByItself) this.#out += ' \r\x1b[X';
  }

  #goTo(column: number): void {
    const gap = column - this.#at;
    if (gap > 0) this.#out += gap === 1 ? '\x1b[C' : `\x1b[${gap}C`;
    this.#at = column;
  }

  #use(attributes: Attributes): void {
    if (this.#detail === 'text') return;
    const pen = penSequence(attributes);
    const link = linkOf(attributes);
    if (pen !== this.#pen) this.#out += (this.#pen === '' ? '' : '\x1b[m') + pen;
    if (link !== this.#link) {
      const opened = linkSequence(this.#core, link);
      this.#out += opened === '' ? LINK_END : opened;
    }
    this.#pen = pen;
    this.#link = link;
  }
}
